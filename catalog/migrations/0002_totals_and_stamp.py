import catalog.models
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


COUNT_STARS = """
    INSERT INTO catalog_starcount (movie_id, half_stars, people)
    SELECT movie_id, half_stars, COUNT(*) FROM catalog_rating GROUP BY movie_id, half_stars
"""
NEWEST = """
    DROP INDEX movie_newest;
    CREATE INDEX movie_newest ON catalog_movie (year DESC NULLS LAST, rating_count DESC, id)
"""


def first_stamp(apps, schema_editor):
    apps.get_model("catalog", "Catalogue").objects.create()


def films_without_a_year_last(apps, schema_editor):
    """SQLite takes them for the oldest anyway, and knows no other way to say it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NEWEST)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Catalogue',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('stamp', models.BigIntegerField(default=catalog.models.random_public_id)),
            ],
        ),
        migrations.CreateModel(
            name='StarCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('half_stars', models.PositiveSmallIntegerField()),
                ('people', models.PositiveIntegerField()),
            ],
        ),
        migrations.AddIndex(
            model_name='movie',
            index=models.Index(models.OrderBy(models.F('year'), descending=True), models.OrderBy(models.F('rating_count'), descending=True), models.F('id'), name='movie_newest'),
        ),
        migrations.AddIndex(
            model_name='movie',
            index=models.Index(models.F('year'), models.OrderBy(models.F('rating_count'), descending=True), models.F('id'), name='movie_oldest'),
        ),
        migrations.AddIndex(
            model_name='movie',
            index=models.Index(django.db.models.functions.text.Lower('listed_title'), models.F('id'), name='movie_by_title'),
        ),
        migrations.AddConstraint(
            model_name='catalogue',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='one_catalogue'),
        ),
        migrations.AddField(
            model_name='starcount',
            name='movie',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='star_counts', to='catalog.movie'),
        ),
        migrations.AddConstraint(
            model_name='starcount',
            constraint=models.UniqueConstraint(fields=('movie', 'half_stars'), name='star_count_once'),
        ),
        migrations.RunPython(films_without_a_year_last, migrations.RunPython.noop),
        migrations.RunSQL(COUNT_STARS, migrations.RunSQL.noop),
        migrations.RunPython(first_stamp, migrations.RunPython.noop),
    ]
