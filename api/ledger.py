"""JSON answers: ledger."""

from fastapi import APIRouter

router = APIRouter()
