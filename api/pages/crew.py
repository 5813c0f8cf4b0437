"""Pages: crew."""

from fastapi import APIRouter

router = APIRouter()
