

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Chore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('next_due_at', models.DateTimeField(db_index=True)),
                ('began_at', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('complaint', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.BigIntegerField(unique=True)),
                ('last', models.BigIntegerField(unique=True)),
                ('hash', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('verb', models.CharField(max_length=60)),
                ('thing', models.CharField(max_length=40)),
                ('by', models.CharField(max_length=40)),
                ('post', models.CharField(blank=True, max_length=40)),
                ('area_code', models.CharField(blank=True, max_length=17)),
                ('area_then', models.CharField(blank=True, max_length=17)),
                ('facts', models.TextField(default='{}')),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('seal_number', models.BigIntegerField(null=True, unique=True)),
                ('seal_hash', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['at', 'id'], name='entry_time'), models.Index(fields=['thing', 'at', 'id'], name='entry_thing'), models.Index(fields=['area_code', 'at', 'id'], name='entry_area'), models.Index(fields=['by', 'at', 'id'], name='entry_by'), models.Index(fields=['verb', 'at', 'id'], name='entry_verb'), models.Index(condition=models.Q(('seal_number', None)), fields=['id'], name='entry_unsealed')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('follower', models.CharField(max_length=60)),
                ('done_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('stuck_at', models.DateTimeField(null=True)),
                ('complaint', models.CharField(blank=True, max_length=200)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='journal.entry')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None), ('stuck_at', None)), fields=['follower', 'entry'], name='delivery_waiting'), models.Index(condition=models.Q(('done_at', None), ('stuck_at__isnull', False)), fields=['follower'], name='delivery_stuck')],
                'constraints': [models.UniqueConstraint(fields=('entry', 'follower'), name='delivery_once')],
            },
        ),
    ]
