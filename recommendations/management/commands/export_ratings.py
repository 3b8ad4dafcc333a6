"""`manage.py export_ratings`: raters, and ratings that were not muted, as Parquet, as RECS_SPARK_FOLDER has them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string


class Command(BaseCommand):
    """Write raters and ratings into a folder as partitioned Parquet, from whichever database the site has."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path, help="its raters and ratings are replaced")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Export, and say how much there was."""
        try:
            counts = import_string("recommendations.spark.export.export")(folder.resolve())
        except ModuleNotFoundError as error:
            raise CommandError(f"{error.name} is not installed: requirements-spark.txt has it.") from error
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror or error}.") from error
        self.stdout.write(f"{counts['ratings']:,} ratings by {counts['raters']:,} people are in {folder}.")
