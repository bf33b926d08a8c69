#!/bin/sh
# Runs once, in a new PostgreSQL container: the login Parley uses. It owns its database and may create the working
# role (CREATEROLE), and is no superuser, so that row-level security holds for all that Parley does.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$POSTGRES_PASSWORD" --username postgres <<'SQL'
CREATE ROLE parley LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE parley OWNER parley;
SQL
