"""Reports as JSON."""

from __future__ import annotations

from metaia.chat.moderation.queries import Report
from metaia.chat.moderation.schemas import ReportOut, StaffReportOut
from metaia.core.http.presenters import presenter
from metaia.core.json import Json

report = presenter(ReportOut)
staff_report = presenter(StaffReportOut)


def conflict(this: Report) -> Json:
    """Return the `details` of a 409: the report as it is now."""
    return {"version": this.version, "report": staff_report(this)}
