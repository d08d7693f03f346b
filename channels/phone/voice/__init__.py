"""What a caller hears, step by step; and what people hear whose phone the desk rings."""
