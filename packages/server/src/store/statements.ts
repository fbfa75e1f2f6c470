/** The SQL statements of the store. */

// The statements that change a log take places from the counter row of the conversation, in the same statement. The lock
// on that row makes the order of commits the order of places. Rows are locked in the order of their keys, so that two
// servers never wait for each other.
//
// A plan is made once for each connection, perhaps while the tables are empty. So these statements join nothing but rows
// that an index finds: places are counted by the caller, and the heads are looked up in one object, whose cost does not
// grow with the square of the batch.

/**
 * Plans that read whole tables or sort them for a join, and their compilation: PostgreSQL prefers them as long as tables
 * are small or were never analyzed, and keeps them when the tables grow. Every statement here finds its rows by an index.
 */
export const PLANNER_SETTINGS =
  'set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off';

/** The counter rows move by the places that each conversation takes: parameters 1 to 4. */
const BUMP = `
  insert into imflow_conversations as c (conversation, user_a, user_b, head)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as t(conversation, user_a, user_b, taken)`;
const BUMPED = `
  order by conversation
  on conflict (conversation) do update set head = c.head + excluded.head
  returning c.conversation, c.head
), heads as materialized (
  select jsonb_object_agg(conversation, head) as of from bumped`;

/** \`behind\`: how many places of its conversation the statement takes after this one. */
export const APPEND: string = `
with bumped as (${BUMP}${BUMPED}
), inserted as (
  insert into imflow_entries
    (conversation, id, position, revision, author, device, payload, at, kind, target, sequence, erased)
  select i.conversation, i.id, p.place, p.place, author, device, payload, $5::bigint, kind, target, sequence, erased
  from heads, unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
      $13::bigint[], $14::boolean[], $15::bigint[])
    as i(conversation, id, author, device, payload, kind, target, sequence, erased, behind),
    lateral (select (heads.of -> i.conversation)::bigint - i.behind as place) as p
  on conflict (conversation, id) do nothing
  returning conversation, id, position
)
select conversation, head, null as id, null::bigint as position from bumped
union all select conversation, null, id, position from inserted`;

export const FIND = `
select e.* from unnest($1::text[], $2::text[]) as t(conversation, id)
join imflow_entries e on e.conversation = t.conversation and e.id = t.id`;

/** Locks the logs, so that they do not change until the end of the transaction. */
export const LOCK = `
select conversation from imflow_conversations where conversation = any($1::text[]) order by conversation for update`;

/** Selects the entries with these names, and those that refer to them. */
export const RELATED = `
select e.* from unnest($1::text[], $2::text[]) as t(conversation, id)
join imflow_entries e on e.conversation = t.conversation and e.id = t.id
union
select e.* from unnest($1::text[], $2::text[]) as t(conversation, id)
join imflow_entries e on e.conversation = t.conversation and e.target = t.id and e.target is not null`;

export const REPLACE = `
update imflow_entries e set payload = t.payload, erased = t.erased
from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) as t(conversation, id, payload, erased)
where e.conversation = t.conversation and e.id = t.id`;

export const OPERATIONS_ON = `
select * from imflow_entries
where conversation = $1 and target = any($2::text[]) and target is not null and kind <> 'message' and not erased
order by position`;

/** Selects replies of others that quote a user. */
export const QUOTES_OF = `
select r.* from imflow_entries e
join imflow_entries r on r.conversation = e.conversation and r.target = e.id and r.target is not null
where e.author = $1 and r.author <> $1 and r.kind = 'message'`;

export const RESOLVE_UP_TO = `
select t.ordinal, e.id from unnest($1::text[], $2::text[], $3::text[]) with ordinality as t(conversation, author, id, ordinal)
join imflow_entries last on last.conversation = t.conversation and last.id = t.id and last.author = t.author
join imflow_entries e on e.conversation = t.conversation and e.author = t.author and e.position <= last.position
where e.displayed_at is null and e.kind = 'message'`;

/** \`behind\`: as in \`APPEND\`. Receipts for a conversation that does not exist make none. */
export const MARK: string = `
with bumped as (${BUMP}
  where exists (select from imflow_conversations k where k.conversation = t.conversation)${BUMPED}
), changed as (
  update imflow_entries e set
    delivered_at = case when i.delivered then coalesce(e.delivered_at, $5::bigint) else e.delivered_at end,
    displayed_at = case when i.displayed then coalesce(e.displayed_at, $5::bigint) else e.displayed_at end,
    failed_at = case when i.failed is not null then coalesce(e.failed_at, $5::bigint) else e.failed_at end,
    failed_code = case when i.failed is not null then coalesce(e.failed_code, i.failed) else e.failed_code end,
    revision = (heads.of -> i.conversation)::bigint - i.behind
  from heads, unnest($6::text[], $7::text[], $8::text[], $9::boolean[], $10::boolean[], $11::integer[], $12::bigint[])
    as i(conversation, id, author, delivered, displayed, failed, behind)
  where e.conversation = i.conversation and e.id = i.id and e.author = i.author
    and ((i.delivered and e.delivered_at is null) or (i.displayed and e.displayed_at is null)
      or (i.failed is not null and e.failed_at is null))
  returning e.conversation, e.id, e.author, e.position, e.revision, e.delivered_at, e.displayed_at, e.failed_at,
    e.failed_code
)
select conversation, head, null as id, null as author, null::bigint as position, null::bigint as revision,
  null::bigint as delivered_at, null::bigint as displayed_at, null::bigint as failed_at, null::integer as failed_code
from bumped
union all
select conversation, null, id, author, position, revision, delivered_at, displayed_at, failed_at, failed_code from changed`;

/** The columns that are read of many entries: without their conversation, which the reader knows. */
const READ_COLUMNS = `e.id, e.position, e.revision, e.author, e.device, e.payload, e.at, e.kind, e.target, e.sequence, e.erased,
  e.delivered_at, e.displayed_at, e.failed_at, e.failed_code`;

export const ENTRIES_AFTER: string = `
select t.ordinal, ${READ_COLUMNS}
from unnest($1::text[], $2::bigint[], $3::bigint[]) with ordinality as t(of, behind, up_to, ordinal)
cross join lateral (
  select * from imflow_entries where conversation = t.of and position > t.behind and position <= t.up_to
  order by position limit $4
) e
order by t.ordinal, e.position`;

export const CHANGES_AFTER: string = `
select t.ordinal, e.id, e.author, e.position, e.revision, e.delivered_at, e.displayed_at, e.failed_at, e.failed_code
from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
  with ordinality as t(of, by, up_to, behind, ordinal)
cross join lateral (
  select * from imflow_entries where conversation = t.of and author = t.by and position <= t.up_to and revision > t.behind
  order by revision fetch first $5 rows with ties
) e`;

export const SIGN_IN = `
with signed as (
  insert into imflow_devices as d (user_id, device, seen_at)
  select distinct user_id, device, $3::bigint from unnest($1::text[], $2::text[]) as t(user_id, device)
  order by user_id, device
  on conflict (user_id, device) do update set seen_at = greatest(d.seen_at, excluded.seen_at)
  returning d.user_id, d.device, (xmax = 0) as is_new
)
insert into imflow_cursors (user_id, device, conversation, position)
select s.user_id, s.device, k.conversation, max(k.position)
from signed s join imflow_cursors k on k.user_id = s.user_id
where s.is_new group by 1, 2, 3 order by 1, 2, 3
on conflict (user_id, device, conversation) do update
  set position = greatest(imflow_cursors.position, excluded.position)`;

export const WAITING = `
select t.ordinal, c.other from unnest($1::text[], $2::text[]) with ordinality as t(user_id, device, ordinal)
cross join lateral (
  select conversation, user_b as other, head from imflow_conversations where user_a = t.user_id
  union all
  select conversation, user_a, head from imflow_conversations where user_b = t.user_id
) c
left join imflow_cursors k on k.user_id = t.user_id and k.device = t.device and k.conversation = c.conversation
where c.head > coalesce(k.position, 0)`;

export const CURSORS = `
select t.ordinal, k.position from unnest($1::text[], $2::text[], $3::text[])
  with ordinality as t(user_id, device, conversation, ordinal)
join imflow_cursors k on k.user_id = t.user_id and k.device = t.device and k.conversation = t.conversation`;

export const SAVE_CURSORS = `
insert into imflow_cursors as k (user_id, device, conversation, position)
select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as t(user_id, device, conversation, position)
order by user_id, device, conversation
on conflict (user_id, device, conversation) do update set position = excluded.position
where k.position < excluded.position`;

export const DELETE_USER = `
with gone as (delete from imflow_entries where author = $1 returning conversation, id),
  about as (
    delete from imflow_entries e using gone g
    where e.conversation = g.conversation and e.target = g.id and e.target is not null and e.kind <> 'message'
  ),
  cursors as (delete from imflow_cursors where user_id = $1),
  devices as (delete from imflow_devices where user_id = $1),
  users as (delete from imflow_users where user_id = $1)
select count(*) from gone`;

/**
 * The cursors of a removed device are kept without a device, so that a new device does not begin at the start of the
 * log.
 */
export const DELETE_BEFORE = `
with gone as (delete from imflow_entries where at < $1::bigint returning conversation, id),
  about as (
    delete from imflow_entries e using gone g
    where e.conversation = g.conversation and e.target = g.id and e.target is not null and e.kind <> 'message'
  ),
  devices as (delete from imflow_devices where seen_at < $1::bigint returning user_id, device),
  retired as (
    delete from imflow_cursors k using devices d where k.user_id = d.user_id and k.device = d.device
    returning k.user_id, k.conversation, k.position
  ), kept as (
    insert into imflow_cursors as k (user_id, device, conversation, position)
    select user_id, '', conversation, max(position) from retired group by user_id, conversation
    on conflict (user_id, device, conversation) do update set position = greatest(k.position, excluded.position)
  )
select count(*) from gone`;
