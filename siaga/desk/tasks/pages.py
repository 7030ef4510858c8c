"""``/tugas``: what has to be done for citizens, what is due first, and by whom it was done."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Query, Request, Response
from sqlalchemy.orm import Session

from siaga.db import audit, transaction
from siaga.desk import access, showing
from siaga.desk.render import go, render
from siaga.desk.sessions import Here
from siaga.desk.tasks.kinds import KINDS, kind_of
from siaga.desk.tasks.looking import PERSONAL, row_of, shown
from siaga.people import tasks
from siaga.people.tables import Task
from siaga.registration import correcting
from siaga.text.written import long_date

router = APIRouter(prefix="/tugas")
Worker = Annotated[Here, Depends(access.for_roles("volunteer", "programme", "admin"))]
Looker = Annotated[Here, Depends(access.for_roles(*PERSONAL))]
Corrector = Annotated[Here, Depends(access.for_roles("programme"))]
Text = Annotated[str, Form()]
Page = Annotated[int, Query(ge=1, le=10_000)]
Number = Annotated[int, Path(ge=1, lt=2**63)]

ROWS = 50
"""As many are on a page."""
_FIELDS = {"name": "nama", "birth_date": "tanggal lahir", "sex": "jenis kelamin"}


@router.get("")
def page(request: Request, here: Worker, jenis: str = "", selesai: bool = False, hal: Page = 1) -> Response:
    """The tasks of all kinds, or of one."""
    now = showing.now()
    with transaction() as session:
        open_ = tasks.counts(session)
        # One more tells whether there is another page.
        found = tasks.listed(session, now, kind=jenis or None, ended=selesai, skip=(hal - 1) * ROWS, limit=ROWS + 1)
        rows = [row_of(task, now) for task in found]
    return render(
        request, "tugas.html", here, title="Tugas", rows=rows[:ROWS], more=len(rows) > ROWS, hal=hal, jenis=jenis,
        selesai=selesai, counts=open_, total=sum(open_.values()), kinds=KINDS,
    )  # fmt: skip


@router.get("/{number}")
def task_page(request: Request, here: Worker, number: Number) -> Response:
    """One task, with what is personal in it masked."""
    with transaction() as session:
        return _task(request, here, session, _get(session, number))


@router.post("/{number}/tampilkan")
def reveal(request: Request, here: Looker, number: Number) -> Response:
    """The same with what is personal in it; the audit log notes who looked."""
    with transaction() as session:
        task = _get(session, number)
        audit.note(session, here.login, "task.reveal", {"task": number, "kind": task.kind})
        return _task(request, here, session, task, reveal=True)


@router.post("/{number}/selesai")
def close(request: Request, here: Worker, number: Number, hasil: Text = "", catatan: Text = "") -> Response:
    """A task is done, or refused."""
    if hasil not in ("done", "refused"):
        raise HTTPException(422)
    with transaction() as session:
        task = _get(session, number)
        if not kind_of(task.kind).closes:
            raise HTTPException(409)
        try:
            tasks.close(session, number, by=here.login, at=showing.now(), refused=hasil == "refused", remark=catatan)
        except tasks.TaskOver:
            return _task(request, here, session, _get(session, number), problem="Tugas ini sudah ditutup rekan Anda.")
    return go(request, "/tugas")


@router.post("/{number}/betulkan")
def correct(
    request: Request, here: Corrector, number: Number, nama: Text = "", lahir: Text = "", yakin: bool = Form(False)
) -> Response:
    """Correct somebody's name and birth date by their card: shown once more first, then done with the task."""
    now = showing.now()
    with transaction() as session:
        # Locked first: of two who correct at once, the second sees that it is done.
        task = _get(session, number, lock=True)
        if not _corrects(task):
            raise HTTPException(409)
        if task.status != "open":
            return _task(request, here, session, task, problem="Tugas ini sudah ditutup rekan Anda.")
        try:
            born = date.fromisoformat(lahir)
            made = correcting.planned(
                session, task.person_id, nama, born, contact_id=task.contact_id, today=showing.today()
            )
        except ValueError:
            problem = "Tulis nama lengkap dan tanggal lahir seperti di KTP."
            return _task(request, here, session, task, problem=problem, typed=(nama, lahir))
        if not yakin:
            return render(
                request, "tugas_betulkan.html", here, title="Periksa lagi", number=number, name=" ".join(nama.split()),
                born=born, born_in_words=long_date(born), fields=[_FIELDS[field] for field in made.fields],
                differs=[_FIELDS[field] for field in made.differs], confirms=made.confirms,
            )  # fmt: skip
        correcting.correct(
            session, task.person_id, nama, born, contact_id=task.contact_id, actor=here.login, at=now,
            today=showing.today(),
        )  # fmt: skip
        tasks.close(session, number, by=here.login, at=now, remark="Data dibetulkan sesuai kartu.")
    return go(request, f"/tugas/{number}")


def _corrects(task: Task) -> bool:
    """Whether it names a person whose name or birth date may be wrong."""
    return task.person_id is not None and kind_of(task.kind).corrects(task.data)


def _get(session: Session, number: int, *, lock: bool = False) -> Task:
    try:
        return tasks.get(session, number, lock=lock)
    except tasks.UnknownTask:
        raise HTTPException(404) from None


def _task(
    request: Request,
    here: Here,
    session: Session,
    task: Task,
    *,
    reveal: bool = False,
    problem: str | None = None,
    typed: tuple[str, str] = ("", ""),
) -> Response:
    return render(
        request, "tugas_satu.html", here, status=422 if problem else 200, title=kind_of(task.kind).label,
        task=shown(session, task, here, reveal=reveal), problem=problem, typed=typed,
        may_correct=here.may("programme") and _corrects(task),
    )  # fmt: skip
