"""Built files: `npm run build` puts them into api/static/built under names that change with their content."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class Immutable(StaticFiles):
    """Files that browsers may keep for a year without asking again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or a 404."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
