"""Pages: bins."""

from fastapi import APIRouter

router = APIRouter()
