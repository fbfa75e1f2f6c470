import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { serverFrame } from '../test/serverFrames.ts';
import { clientFrameSchema, readFrame } from './frames.ts';

const FILE = join(import.meta.dirname, '../../../docs/protocol.schema.json');

// `UPDATE_SCHEMA=1` writes the file.
it('B283 the JSON Schema of the protocol matches the frames that are read and written', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The protocol of your own server, version 1',
    $defs: { clientFrame: clientFrameSchema(), serverFrame: z.toJSONSchema(serverFrame) },
  };
  if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(FILE, JSON.stringify(schema, undefined, 2));
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});

it('B283 unknown fields are left out, and names without control characters are required', () => {
  const frame = { type: 'open', request: 1, with: 'bo' };
  expect(readFrame(JSON.stringify({ ...frame, later: true }))).toEqual({ frame });
  for (const name of ['', 'a\nb', '\ud800', 'x'.repeat(201), 5]) {
    expect(readFrame(JSON.stringify({ ...frame, with: name }))).toMatchObject({ request: 1 });
  }
});
