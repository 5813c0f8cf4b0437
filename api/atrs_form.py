"""The Algorithmic Transparency Recording Standard, version 4.0: its sections and fields by their official names.

Source: the standard's repository (co-cddo/algorithmic-transparency-recording-standard, Open Government Licence v3.0): the
template of v3.0, changed as the change log to v4.0 says, with the numbers that the guidance for v4.0 uses. Decision 47.
"""

from dataclasses import dataclass
from typing import Literal

from api.pages.words import said

VERSION = "4.0"

Tool = Literal["rounds", "potholes"]
TOOLS: tuple[Tool, ...] = ("rounds", "potholes")


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `own` is what the officer's form asks where only the council can answer, else None."""

    number: str
    attribute: str
    name: str
    own: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section; one with `per_model` is repeated for each model."""

    title: str
    fields: tuple[Field, ...]
    per_model: bool = False


SECTIONS = (
    Section(
        "Title Information",
        (
            Field("", "title", "Title"),
            Field("", "organisation_name", "Organisation name"),
            Field("", "phase", "Phase", said("Which phase is the tool in? For example, private beta, public beta, production.")),
            Field("", "region", "Region", said("In which region does it affect the public?")),
            Field("", "one_sentence_description", "One sentence description"),
        ),
    ),
    Section(
        "Tier 1: Summary Information",
        (
            Field("1.1", "name", "Name"),
            Field("1.2", "description", "Description"),
            Field("1.3", "website_url", "Website URL"),
            Field("1.4", "contact_email", "Contact email", said("Email address of the team, not of a person")),
        ),
    ),
    Section(
        "Tier 2: Owner and Responsibility",
        (
            Field("2.1.1", "organisation_or_department", "Organisation or department"),
            Field("2.1.2", "team", "Team", said("Which team is responsible?")),
            Field("2.1.3", "senior_responsible_owner", "Senior responsible owner", said("Which role owns it? Not a person.")),
            Field("2.1.4", "third_party_involvement", "Third party involvement", said("Is a third party involved? Yes or no")),
            Field("2.1.4.1", "third_party", "Third party", said("Which third party?")),
            Field("2.1.4.2", "companies_house_number", "Companies House Number", said("Its Companies House number")),
            Field("2.1.4.3", "third_party_role", "Third party role", said("What does the third party do?")),
            Field("2.1.4.4", "procurement_procedure_type", "Procurement procedure type", said("How was the third party chosen?")),
            Field(
                "2.1.4.5",
                "third_party_data_access_terms",
                "Third party data access terms",
                said("On which terms does the third party have access to data?"),
            ),
        ),
    ),
    Section(
        "Tier 2: Description and Rationale",
        (
            Field("2.2.1", "detailed_description", "Detailed description"),
            Field("2.2.2", "benefits", "Benefits"),
            Field("2.2.3", "previous_process", "Previous process", said("What did the tool replace?")),
            Field(
                "2.2.4",
                "alternatives_considered",
                "Alternatives considered",
                said("Which alternatives were considered?"),
            ),
        ),
    ),
    Section(
        "Tier 2: Deployment Context",
        (
            Field("2.3.1", "integration_into_broader_operational_process", "Integration into broader operational process"),
            Field("2.3.2", "human_review", "Human review"),
            Field("2.3.3", "frequency_and_scale_of_usage", "Frequency and scale of usage"),
            Field("2.3.4", "required_training", "Required training", said("Which training do its users get?")),
            Field("2.3.5", "appeals_and_review", "Appeals and review", said("How can residents ask for a review?")),
        ),
    ),
    Section(
        "Tier 2: Tool Specification",
        (
            Field("2.4.1.1", "system_architecture", "System architecture"),
            Field("2.4.1.2", "system_level_input", "System-level input"),
            Field("2.4.1.3", "system_level_output", "System-level output"),
            Field("2.4.1.4", "maintenance", "Maintenance"),
            Field("2.4.1.5", "models", "Models"),
        ),
    ),
    Section(
        "Tier 2: Model Specification",
        (
            Field("2.4.2.1", "model_name", "Model name"),
            Field("2.4.2.2", "model_version", "Model version"),
            Field("2.4.2.3", "model_task", "Model task"),
            Field("2.4.2.4", "model_input", "Model input"),
            Field("2.4.2.5", "model_output", "Model output"),
            Field("2.4.2.6", "model_architecture", "Model architecture"),
            Field("2.4.2.7", "model_performance", "Model performance"),
            Field("2.4.2.8", "datasets_and_their_purposes", "Datasets and their purposes"),
        ),
        per_model=True,
    ),
    Section(
        "Tier 2: Development Data Specification",
        (
            Field("2.4.3.1", "development_data_description", "Development data description"),
            Field("2.4.3.2", "data_quantities", "Data quantities"),
            Field("2.4.3.3", "sensitive_attributes", "Sensitive attributes"),
            Field("2.4.3.4", "data_completeness_and_representativeness", "Data completeness and representativeness"),
            Field("2.4.3.5", "data_cleaning", "Data cleaning"),
        ),
    ),
    Section(
        "Tier 2: Operational Data Specification",
        (
            Field("2.4.4.1", "data_sources", "Data sources"),
            Field("2.4.4.2", "operational_sensitive_attributes", "Sensitive attributes"),
            Field("2.4.4.3", "data_processing_methods", "Data processing methods"),
            Field("2.4.4.4", "data_access_and_storage", "Data access and storage"),
            Field(
                "2.4.4.5",
                "data_sharing_agreements",
                "Data sharing agreements",
                said("With whom are the data shared, and under which agreement?"),
            ),
        ),
    ),
    Section(
        "Tier 2: Risks, Mitigations and Impact Assessments",
        (
            Field(
                "2.5.1",
                "impact_assessment",
                "Impact assessment",
                said("Which assessments were made (data protection, equality), on which date, and where can they be read?"),
            ),
            Field("2.5.2", "risks_and_mitigations", "Risks and mitigations"),
        ),
    ),
)

OWN = tuple(field for section in SECTIONS for field in section.fields if field.own)
