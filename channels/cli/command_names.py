"""By which names deeds on changes and work agreements are typed: `intake change approve`, `intake agreement open`."""

from collections.abc import Mapping

from intake.domain import deed as d
from intake.domain.deed import AgreementDeed, Deed

OF_CHANGES: Mapping[str, Mapping[str, type[Deed]]] = {
    "Plan": {
        "plan": d.PlanChange,
        "use-template": d.UseTemplate,
        "submit": d.SubmitChange,
        "estimate": d.EstimateChange,
        "request-approval": d.RequestApproval,
        "schedule": d.ScheduleChange,
        "withdraw": d.WithdrawChange,
        "fix": d.OpenFix,
    },
    "Decide": {
        "approve": d.ApproveChange,
        "reject": d.RejectChange,
        "rework": d.ReworkChange,
        "approve-overdraft": d.ApproveOverdraft,
    },
    "Carry out": {
        "implement": d.ImplementChange,
        "book": d.BookHours,
        "complete": d.CompleteChange,
        "close": d.CloseChange,
        "add-task": d.AddTask,
        "finish-task": d.FinishTask,
        "drop-task": d.DropTask,
    },
    "Tell": {
        "add-audience": d.AddAudience,
        "drop-audience": d.DropAudience,
        "plan-announcement": d.PlanAnnouncement,
        "drop-announcement": d.DropAnnouncement,
    },
}
CHANGE_COMMANDS: Mapping[str, type[Deed]] = {name: deed for deeds in OF_CHANGES.values() for name, deed in deeds.items()}
AGREEMENT_COMMANDS: Mapping[str, type[AgreementDeed]] = {
    "open": d.OpenAgreement,
    "amend": d.AmendAgreement,
    "close": d.CloseAgreement,
}
