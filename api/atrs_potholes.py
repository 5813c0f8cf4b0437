"""The transparency record of pothole finding: where the road jolts, as phones that take part feel it."""

from typing import TYPE_CHECKING

from streets.potholes.cluster import SAME_SITE_M
from streets.potholes.evidence import IRONWORK_M, LEAST_REPORTERS

if TYPE_CHECKING:
    from api.atrs import Live


def answers(live: "Live") -> dict[str, str]:
    """Every answer that what is live can give, by attribute."""
    figures = live.figures
    return {
        "title": f"{live.named.name}: finding of potholes",
        "organisation_name": live.named.name,
        "one_sentence_description": "Finds places where the road jolts, from phones of people who chose to take part.",
        "name": "Smart Streets: pothole finding",
        "description": (
            "Phones that take part feel jolts while they are driven. Jolts of several phones at one place become a likely "
            "pothole, which the council can inspect. The tool points at places; it orders no repair and says nothing about "
            "people."
        ),
        "website_url": f"{live.site}/transparency/{live.named.council}/potholes",
        "organisation_or_department": live.named.name,
        "detailed_description": (
            f"Jolts within about {SAME_SITE_M:g} metres become a site. It is published once at least {LEAST_REPORTERS} "
            f"different phones have felt it, and unless ironwork within {IRONWORK_M:g} metres or a speed bump explains it. "
            "Out of scope: depth, liability, and the order of repairs."
        ),
        "benefits": "Potholes are seen between inspections, also where nobody reports them.",
        "integration_into_broader_operational_process": (
            "Sites are shown as a list and a map, with how many phones felt them and on how many days. Inspectors decide "
            "what to look at, and the council's own policy decides on repairs."
        ),
        "human_review": "Every site is inspected by a person before anything is done. Nothing is repaired automatically.",
        "frequency_and_scale_of_usage": (
            f"Now {figures.sites_published} published sites; {figures.sites_withheld} are withheld, for too few phones or "
            "because something else explains the jolts."
        ),
        "system_architecture": (
            "A page on the phone finds jolts by itself and sends each with its place and the hour, never a journey; a "
            f"broker hands it to ingest, and a job clusters jolts. Smart Streets {live.software}, open source."
        ),
        "system_level_input": "Single jolts (place, hour, strength), passes per street as counts, the council's ironwork.",
        "system_level_output": (
            "Sites with place, phones, days, strength and the likeliest explanation, as pages, JSON, CSV and GeoJSON."
        ),
        "maintenance": "Sites are worked out anew from the jolts kept; old jolts are deleted, and sites without any go.",
        "models": "Detection of jolts; clustering into sites.",
        "development_data_description": "Nothing is learned from data; thresholds were chosen on published test drives.",
        "data_quantities": "Does not apply: nothing is learned.",
        "sensitive_attributes": "None are used.",
        "data_completeness_and_representativeness": (
            "Only streets that phones drive on are felt. Ward pages say where few phones drive, so that no jolt is not read "
            "as a good road."
        ),
        "data_cleaning": "Jolts of phones in the hand, at low speed or in bad fixes are not sent.",
        "data_sources": "Phones of people who take part; the council's ironwork records.",
        "operational_sensitive_attributes": (
            "Places and hours of single jolts, without any journey or account; a phone is known by a token that it makes itself."
        ),
        "data_processing_methods": "Detection on the phone, clustering on the server.",
        "data_access_and_storage": (
            f"A jolt is deleted after {live.bump_retention_days} days. Only published sites are shown to the public."
        ),
        "risks_and_mitigations": (
            "Streets with few phones look better than they are: coverage is shown by ward. One phone could be made to lie: "
            f"a site needs {LEAST_REPORTERS} phones. A journey could be pieced together: only single jolts with the hour are "
            "sent."
        ),
    }


def models(live: "Live") -> tuple[dict[str, str], ...]:
    """The models, each by attribute."""
    return (
        {
            "model_name": "Detection of jolts",
            "model_version": f"Smart Streets {live.software}",
            "model_task": "Whether a phone was jolted by the road.",
            "model_input": "Acceleration and speed, on the phone only.",
            "model_output": "Time, place and strength of a jolt.",
            "model_architecture": "A threshold above the phone's own recent noise; rules in the public source.",
            "model_performance": (
                "Measured on published drives by bench/impacts.py in the public source; not on this council's roads."
            ),
            "datasets_and_their_purposes": "Published test drives, for testing.",
        },
        {
            "model_name": "Clustering into sites",
            "model_version": f"Smart Streets {live.software}",
            "model_task": "Which jolts are of one place, and what explains them best.",
            "model_input": "Jolts, passes per street, ironwork.",
            "model_output": "Sites, published or withheld with the reason.",
            "model_architecture": "Clustering by distance with fixed thresholds; rules in the public source.",
            "model_performance": "Measured on published drives by bench/pothole_sites.py in the public source.",
            "datasets_and_their_purposes": "Published test drives, for testing.",
        },
    )
