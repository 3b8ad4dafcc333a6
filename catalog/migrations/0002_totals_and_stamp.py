import catalog.models
import django.db.models.deletion
from django.db import migrations, models


COUNT_STARS = """
    INSERT INTO catalog_starcount (movie_id, half_stars, people)
    SELECT movie_id, half_stars, COUNT(*) FROM catalog_rating GROUP BY movie_id, half_stars
"""


def first_stamp(apps, schema_editor):
    apps.get_model("catalog", "Catalogue").objects.create()


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
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_catalogue')],
            },
        ),
        migrations.CreateModel(
            name='StarCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('half_stars', models.PositiveSmallIntegerField()),
                ('people', models.PositiveIntegerField()),
                ('movie', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='star_counts', to='catalog.movie')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('movie', 'half_stars'), name='star_count_once')],
            },
        ),
        migrations.RunSQL(COUNT_STARS, migrations.RunSQL.noop),
        migrations.RunPython(first_stamp, migrations.RunPython.noop),
    ]
