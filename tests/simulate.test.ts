import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readScript, readTrace } from '@imflow/testing';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../tools/packages.mjs';

/** A conversation that fails, since the network refuses a negative delay. */
const FAILING = `seed 1 {"tabs":1,"stored":true,"proxied":false,"maxInFlight":1,"network":"server"}
{"do":"send","user":"ana","tab":0}
{"do":"faults","user":"ana","faults":{"delay":-1,"jitter":0,"loss":0,"duplication":0,"reordering":false}}
`;

const PROGRAM = join(ROOT, 'tools/simulate.mjs');

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'imflow-simulate-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it('B438 the program that simulates a seed writes its script and the traces of its tabs', () => {
  const folder = join(temporaryFolder(), 'traces');
  const printed = execFileSync(
    process.execPath,
    [PROGRAM, '--seeds', '1', '--from', '14', '--no-operations', '--trace', folder],
    { encoding: 'utf8' },
  );
  expect(readdirSync(folder).toSorted()).toEqual(['ana-1.json', 'bo-2.json', 'script.txt']);
  expect(readScript(readFileSync(join(folder, 'script.txt'), 'utf8')).seed).toBe(14);
  const { localAddress, transactions } = readTrace(readFileSync(join(folder, 'ana-1.json'), 'utf8'));
  expect(localAddress).toBe('ana');
  expect(printed).toContain(`ana-1.json: ${transactions.length} transactions`);
});

it('B438 the program that replays a failing script writes the traces up to the failure', () => {
  const folder = temporaryFolder();
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, '--script', '--trace', folder], {
    encoding: 'utf8',
    input: FAILING,
  });
  expect(status).toBe(1);
  expect(stderr).toContain('delay');
  const { transactions } = readTrace(readFileSync(join(folder, 'ana-1.json'), 'utf8'));
  expect(transactions.map(({ input }) => input.type)).toContain('send');
  expect(transactions.map(({ input }) => input.type)).not.toContain('terminate');
});
