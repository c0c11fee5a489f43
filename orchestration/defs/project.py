"""The dbt project for Dagster."""

from dagster_dbt import DbtCliResource, DbtProject

from orchestration import settings
from orchestration.transformation.dbt import executable, target_path
from orchestration.transformation.manifest import prepare_manifest

__all__ = ["dbt_project", "dbt_resource"]


def dbt_project() -> DbtProject:
    """Return the project with an up-to-date manifest.

    Returns
    -------
    DbtProject
        The project, on the current target.

    Raises
    ------
    UserError
        If dbt cannot parse the project.
    """
    prepare_manifest()
    return DbtProject(
        project_dir=settings.project_dir(),
        profiles_dir=settings.project_dir() / "profiles",
        target=settings.target(),
        target_path=target_path(),
    )


def dbt_resource(project: DbtProject) -> DbtCliResource:
    """Return the resource that runs dbt on the project.

    Parameters
    ----------
    project : DbtProject
        As :func:`dbt_project` returns it.

    Returns
    -------
    DbtCliResource
        The resource, with the dbt of this installation.
    """
    return DbtCliResource(project_dir=project, dbt_executable=str(executable()))
