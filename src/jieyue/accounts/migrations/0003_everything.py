"""What the migrations before it come to, in one step: a new database runs only this.

They go a release later.
"""

import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.encryption
import jieyue.kit.migrating
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('accounts', '0001_initial'), ('accounts', '0002_sign_in')]

    initial = True

    dependencies = [
    ]

    operations = [
        jieyue.kit.migrating.CreateModels(
            tables=[migrations.CreateModel(
                name='Account',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('login', models.CharField(blank=True, max_length=150, null=True, unique=True)),
                    ('name', models.CharField(max_length=100)),
                    ('phone', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('phone_hash', models.CharField(blank=True, db_index=True, default='', max_length=64)),
                    ('email', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('email_hash', models.CharField(blank=True, db_index=True, default='', max_length=64)),
                    ('language', models.CharField(blank=True, default='', max_length=10)),
                    ('is_active', models.BooleanField(default=True)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'abstract': False,
                    'indexes': [],
                    'constraints': [],
                },
            ), migrations.CreateModel(
                name='SignInAttempt',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('who_hash', models.CharField(max_length=64)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['who_hash', 'at'], name='attempt_who_at')],
                    'constraints': [],
                },
            ), migrations.CreateModel(
                name='SignIn',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(max_length=20, unique=True)),
                    ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('how', models.CharField(choices=[('password', 'Password'), ('code', 'Code'), ('passkey', 'Passkey'), ('wechat', 'Wechat'), ('pin', 'Pin')], max_length=10)),
                    ('device', models.CharField(max_length=40)),
                    ('network', models.CharField(max_length=45)),
                    ('created_at', models.DateTimeField()),
                    ('last_used_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['last_used_at'], name='sign_in_used')],
                    'constraints': [jieyue.kit.constraints.Known('account', name='sign_in_account_known')],
                },
            ), migrations.CreateModel(
                name='Passkey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(max_length=12, unique=True)),
                    ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('name', models.CharField(max_length=60)),
                    ('host', models.CharField(max_length=253)),
                    ('credential', models.CharField(max_length=1400, unique=True)),
                    ('public_key', models.BinaryField()),
                    ('sign_count', models.PositiveBigIntegerField(default=0)),
                    ('created_at', models.DateTimeField()),
                    ('last_used_at', models.DateTimeField(null=True)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('account', name='passkey_account_known')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='WechatIdentity',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(max_length=12, unique=True)),
                    ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('app_id', models.CharField(max_length=40)),
                    ('openid', jieyue.kit.encryption.EncryptedField()),
                    ('openid_hash', models.CharField(max_length=64)),
                    ('unionid', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('unionid_hash', models.CharField(blank=True, default='', max_length=64)),
                    ('created_at', models.DateTimeField()),
                    ('last_used_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['unionid_hash'], name='wechat_unionid')],
                    'constraints': [jieyue.kit.constraints.Known('account', name='wechat_identity_account_known'), models.UniqueConstraint(fields=('app_id', 'openid_hash', 'account'), name='wechat_identity_once')],
                },
            )],
        ),
    ]
