/** The SQL statements of the store. */

// The statements that change a log take places from the counter row of the conversation, in the same statement. The lock
// on that row makes the order of commits the order of places. Rows are locked in the order of their keys, so that two
// servers never wait for each other.

export const APPEND = `
with input as (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $9::text[],
      $10::text[], $11::bigint[], $12::boolean[])
    with ordinality as t(conversation, user_a, user_b, id, author, device, payload, kind, target, sequence, erased, ordinal)
), counted as (
  select conversation, min(user_a) as user_a, min(user_b) as user_b, count(*) as taken from input group by conversation
), bumped as (
  insert into imflow_conversations as c (conversation, user_a, user_b, head)
  select conversation, user_a, user_b, taken from counted order by conversation
  on conflict (conversation) do update set head = c.head + excluded.head
  returning c.conversation, c.head
), placed as (
  select i.*, b.head - c.taken + row_number() over (partition by i.conversation order by i.ordinal) as position
  from input i join bumped b using (conversation) join counted c using (conversation)
), inserted as (
  insert into imflow_entries
    (conversation, id, position, revision, author, device, payload, at, kind, target, sequence, erased)
  select conversation, id, position, position, author, device, payload, $8::bigint, kind, target, sequence, erased
  from placed
  on conflict (conversation, id) do nothing
  returning conversation, id, position
)
select b.conversation, b.head, c.taken, i.id, i.position
from bumped b join counted c using (conversation) left join inserted i using (conversation)`;

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

export const MARK = `
with input as (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::boolean[], $6::integer[], $7::bigint[])
    as t(conversation, id, author, delivered, displayed, failed, ordinal)
), counted as (
  select conversation, max(ordinal) as taken from input group by conversation
), locked as (
  select c.conversation from imflow_conversations c join counted using (conversation) order by c.conversation for update of c
), bumped as (
  update imflow_conversations c set head = c.head + n.taken
  from counted n join locked l using (conversation) where c.conversation = n.conversation
  returning c.conversation, c.head, n.taken
), changed as (
  update imflow_entries e set
    delivered_at = case when i.delivered then coalesce(e.delivered_at, $8::bigint) else e.delivered_at end,
    displayed_at = case when i.displayed then coalesce(e.displayed_at, $8::bigint) else e.displayed_at end,
    failed_at = case when i.failed is not null then coalesce(e.failed_at, $8::bigint) else e.failed_at end,
    failed_code = case when i.failed is not null then coalesce(e.failed_code, i.failed) else e.failed_code end,
    revision = b.head - b.taken + i.ordinal
  from input i join bumped b using (conversation)
  where e.conversation = i.conversation and e.id = i.id and e.author = i.author
    and ((i.delivered and e.delivered_at is null) or (i.displayed and e.displayed_at is null)
      or (i.failed is not null and e.failed_at is null))
  returning e.conversation, e.id, e.author, e.position, e.revision, e.delivered_at, e.displayed_at, e.failed_at,
    e.failed_code
)
select b.conversation, b.head, b.taken, c.id, c.author, c.position, c.revision, c.delivered_at, c.displayed_at,
  c.failed_at, c.failed_code
from bumped b left join changed c using (conversation)`;

export const SIGN_IN = `
with signed as (
  insert into imflow_devices as d (user_id, device, seen_at) values ($1, $2, $3)
  on conflict (user_id, device) do update set seen_at = greatest(d.seen_at, excluded.seen_at)
  returning (xmax = 0) as is_new
)
insert into imflow_cursors (user_id, device, conversation, position)
select $1, $2, k.conversation, max(k.position) from imflow_cursors k, signed s
where s.is_new and k.user_id = $1 group by k.conversation
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

/** How far a device had got is kept under no device, so that a new one does not begin at the start of the log. */
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
