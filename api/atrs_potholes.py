"""The transparency record of pothole finding: where the road jolts, as phones that take part feel it."""

from typing import TYPE_CHECKING

from streets.potholes.cluster import SAME_SITE_M
from streets.potholes.evidence import IRONWORK_M, LEAST_REPORTERS

if TYPE_CHECKING:
    from api.atrs import Live


def answers(live: "Live") -> dict[str, str]:
    """Every answer that what is live can give, by attribute."""
    figures, words = live.figures, live.words
    return {
        "title": words("%(name)s: finding of potholes", name=live.named.name),
        "organisation_name": live.named.name,
        "one_sentence_description": words("Finds places where the road jolts, from phones of people who chose to take part."),
        "name": words("Smart Streets: pothole finding"),
        "description": words(
            "Phones that take part feel jolts while they are driven. Jolts of several phones at one place become "
            "a likely pothole, which the council can inspect. The tool points at places; it orders no repair and "
            "says nothing about people."
        ),
        "website_url": f"{live.site}/transparency/{live.named.council}/potholes",
        "organisation_or_department": live.named.name,
        "detailed_description": words(
            "Jolts within about %(same_site_m)s metres become a site. It is published once at least "
            "%(least_reporters)s different phones have felt it, and unless ironwork within %(ironwork_m)s metres "
            "or a speed bump explains it. Out of scope: depth, liability, and the order of repairs.",
            same_site_m=f"{SAME_SITE_M:g}",
            least_reporters=LEAST_REPORTERS,
            ironwork_m=f"{IRONWORK_M:g}",
        ),
        "benefits": words("Potholes are seen between inspections, also where nobody reports them."),
        "integration_into_broader_operational_process": words(
            "Sites are shown as a list and a map, with how many phones felt them and on how many days. "
            "Inspectors decide what to look at, and the council's own policy decides on repairs."
        ),
        "human_review": words("Every site is inspected by a person before anything is done. Nothing is repaired automatically."),
        "frequency_and_scale_of_usage": words(
            "Now %(sites_published)s published sites; %(sites_withheld)s are withheld, for too few phones or "
            "because something else explains the jolts.",
            sites_published=figures.sites_published,
            sites_withheld=figures.sites_withheld,
        ),
        "system_architecture": words(
            "A page on the phone finds jolts by itself and sends each with its place and the hour, never a "
            "journey; a broker hands it to ingest, and a job clusters jolts. Smart Streets %(software)s, open "
            "source.",
            software=live.software,
        ),
        "system_level_input": words("Single jolts (place, hour, strength), passes per street as counts, the council's ironwork."),
        "system_level_output": words(
            "Sites with place, phones, days, strength and the likeliest explanation, as pages, JSON, CSV and GeoJSON."
        ),
        "maintenance": words("Sites are worked out anew from the jolts kept; old jolts are deleted, and sites without any go."),
        "models": words("Detection of jolts; clustering into sites."),
        "development_data_description": words("Nothing is learned from data; thresholds were chosen on published test drives."),
        "data_quantities": words("Does not apply: nothing is learned."),
        "sensitive_attributes": words("None are used."),
        "data_completeness_and_representativeness": words(
            "Only streets that phones drive on are felt. Ward pages say where few phones drive, so that no jolt "
            "is not read as a good road."
        ),
        "data_cleaning": words("Jolts of phones in the hand, at low speed or in bad fixes are not sent."),
        "data_sources": words("Phones of people who take part; the council's ironwork records."),
        "operational_sensitive_attributes": words(
            "Places and hours of single jolts, without any journey or account; a phone is known by a token that it makes itself."
        ),
        "data_processing_methods": words("Detection on the phone, clustering on the server."),
        "data_access_and_storage": words(
            "A jolt is deleted after %(bump_retention_days)s days. Only published sites are shown to the public.",
            bump_retention_days=live.bump_retention_days,
        ),
        "risks_and_mitigations": words(
            "Streets with few phones look better than they are: coverage is shown by ward. One phone could be "
            "made to lie: a site needs %(least_reporters)s phones. A journey could be pieced together: only "
            "single jolts with the hour are sent.",
            least_reporters=LEAST_REPORTERS,
        ),
    }


def models(live: "Live") -> tuple[dict[str, str], ...]:
    """The models, each by attribute."""
    words = live.words
    return (
        {
            "model_name": words("Detection of jolts"),
            "model_version": f"Smart Streets {live.software}",
            "model_task": words("Whether a phone was jolted by the road."),
            "model_input": words("Acceleration and speed, on the phone only."),
            "model_output": words("Time, place and strength of a jolt."),
            "model_architecture": words("A threshold above the phone's own recent noise; rules in the public source."),
            "model_performance": words(
                "Measured on published drives by bench/impacts.py in the public source; not on this council's roads."
            ),
            "datasets_and_their_purposes": words("Published test drives, for testing."),
        },
        {
            "model_name": words("Clustering into sites"),
            "model_version": f"Smart Streets {live.software}",
            "model_task": words("Which jolts are of one place, and what explains them best."),
            "model_input": words("Jolts, passes per street, ironwork."),
            "model_output": words("Sites, published or withheld with the reason."),
            "model_architecture": words("Clustering by distance with fixed thresholds; rules in the public source."),
            "model_performance": words("Measured on published drives by bench/pothole_sites.py in the public source."),
            "datasets_and_their_purposes": words("Published test drives, for testing."),
        },
    )
