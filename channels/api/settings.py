"""Settings of the API."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """It is always there, for whoever has a token (`intake token`)."""

    model_config = SettingsConfigDict(
        env_prefix="INTAKE_", env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    api_requests_per_minute: int = Field(
        default=600, ge=1, le=1_000_000, description="How many requests one token may make in a minute, on each replica."
    )
