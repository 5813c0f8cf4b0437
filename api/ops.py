"""For those who run it: /healthz, /readyz, /metrics."""

from fastapi import APIRouter, Depends

from api.who import anyone

router = APIRouter(tags=["operations"], dependencies=[Depends(anyone)])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Alive: the process answers."""
    return {"status": "alive"}
