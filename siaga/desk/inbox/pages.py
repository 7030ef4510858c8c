"""The inbox's pages, all under ``/kotak``."""

from __future__ import annotations

from fastapi import APIRouter

from siaga.desk.inbox import actions, conversation, queue, search, stream

router = APIRouter()
for _each in (queue, search, stream, conversation, actions):
    router.include_router(_each.router, prefix="/kotak")
