"""Pages of the library: find an instrument, see whether it is in force."""

from flask import Blueprint, render_template, request

from lms import clock
from lms.library import queries
from lms.permissions import P
from lms.vietnamese import clean
from lms.web.auth import requires

bp = Blueprint("library", __name__, url_prefix="/library")


@bp.get("/")
@requires(P.LEARN)
def index() -> str:
    """All instruments; searched without diacritics, filtered by state."""
    search, state = clean(request.args.get("q", ""))[:100], request.args.get("state", "")
    state = state if state in {"in_force", "ended"} else ""
    today = clock.today()
    found = queries.instruments(search, state, today)
    page = "library/_list.html" if request.headers.get("HX-Request") else "library/index.html"
    return render_template(page, instruments=found, search=search, state=state, today=today)


@bp.get("/<key>")
@requires(P.LEARN)
def show(key: str) -> str:
    """One instrument: dates, state, what it replaces and what replaced it."""
    row = queries.instrument(key)
    citing = {kind: len(ids) for kind, ids in queries.citing(row.id).items()}
    return render_template("library/show.html", doc=row, relations=queries.relations(row.id), citing=citing, today=clock.today())
