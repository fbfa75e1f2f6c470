/** Creates and upgrades the tables. */

import { Umzug } from 'umzug';
import type { Sql } from './sql.ts';

/** The migrations, oldest first. A step that was released never changes. */
const STEPS: Readonly<Record<string, string>> = {
  '0001-conversations': `
    create table imflow_meta (name text primary key, value text not null);
    insert into imflow_meta values ('epoch', gen_random_uuid()::text);
    create table imflow_conversations (
      conversation text primary key,
      user_a text not null,
      user_b text not null,
      head bigint not null
    ) with (fillfactor = 50);
    create index imflow_conversations_a on imflow_conversations (user_a);
    create index imflow_conversations_b on imflow_conversations (user_b);
    create table imflow_entries (
      conversation text not null,
      id text not null,
      position bigint not null,
      revision bigint not null,
      author text not null,
      device text not null,
      payload text not null,
      at bigint not null,
      delivered_at bigint,
      displayed_at bigint,
      failed_at bigint,
      failed_code integer,
      primary key (conversation, id)
    ) with (fillfactor = 80);
    create index imflow_entries_position on imflow_entries (conversation, position);
    create index imflow_entries_revision on imflow_entries (conversation, revision);
    create table imflow_devices (
      user_id text not null,
      device text not null,
      seen_at bigint not null,
      primary key (user_id, device)
    );
    create table imflow_cursors (
      user_id text not null,
      device text not null,
      conversation text not null,
      position bigint not null,
      primary key (user_id, device, conversation)
    ) with (fillfactor = 50);
    create table imflow_users (user_id text primary key, seen_at bigint not null);
  `,
  '0002-operations': `
    alter table imflow_entries
      add column kind text not null default 'message',
      add column target text,
      add column sequence bigint not null default 0,
      add column erased boolean not null default false;
    create index imflow_entries_target on imflow_entries (conversation, target) where target is not null;
  `,
};

/** Migrates the tables. If several servers start at once, one of them does it. */
export async function migrate(sql: Sql): Promise<void> {
  await sql.migrate(async (execute) => {
    await execute('create table if not exists imflow_migrations (name text primary key, applied_at timestamptz)');
    const umzug = new Umzug({
      migrations: Object.entries(STEPS).map(([name, text]) => ({ name, up: () => execute(text) })),
      logger: undefined,
      storage: {
        async logMigration({ name }) {
          await execute(`insert into imflow_migrations values ('${name}', now())`);
        },
        async unlogMigration({ name }) {
          await execute(`delete from imflow_migrations where name = '${name}'`);
        },
        async executed() {
          const rows = await execute('select name from imflow_migrations order by name');
          return rows.map(({ name }) => String(name));
        },
      },
    });
    await umzug.up();
  });
}
