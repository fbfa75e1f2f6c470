import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKamailio, type Kamailio, startKamailio } from '../packages/sip/test/server/kamailio.mjs';
import { hasProsody, type XmppServer, startProsody } from '../packages/xmpp/test/server/prosody.mjs';
import { phone } from './phone.ts';
import { withChatApp } from './visits.ts';

const GATEWAY = join(import.meta.dirname, '../apps/gateway');
/** The path for a screenshot of both sides; without it, none is taken. */
const picture = process.env['GATEWAY_PICTURE'];

const visit = withChatApp();

describe.skipIf(findKamailio() === undefined || !hasProsody())('through the gateway', () => {
  let prosody: XmppServer;
  let kamailio: Kamailio;
  let gateway: ChildProcess;

  beforeAll(async () => {
    [prosody, kamailio] = await Promise.all([startProsody(), startKamailio()]);
    for (const name of ['bo', 'gateway']) await prosody.addUser(name, 'secret');
    await build({ root: GATEWAY, logLevel: 'error' });
    gateway = spawn(process.execPath, ['dist/main.js'], {
      cwd: GATEWAY,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        XMPP_SERVER: prosody.url,
        XMPP_ADDRESS: 'gateway@localhost',
        XMPP_PASSWORD: 'secret',
        SIP_SERVER: kamailio.webSocketUrl,
        SIP_ADDRESS: 'sip:gateway@sip.test',
        SIP_PASSWORD: 'gatewaypw',
        PAIRS: 'bo@localhost=sip:ana@sip.test',
      },
    });
    await new Promise<void>((resolve) => {
      let said = '';
      gateway.stdout?.on('data', (data) => {
        said += String(data);
        if (said.match(/ is online/g)?.length === 2) resolve();
      });
    });
  });
  afterAll(async () => {
    gateway.kill('SIGTERM');
    const [code] = await once(gateway, 'exit');
    await Promise.all([prosody.stop(), kamailio.stop()]);
    expect(code).toBe(0);
  });

  async function connect(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
    await page.getByLabel('Protocol').selectOption(fields['Protocol'] ?? '');
    for (const label of ['Server', 'Address', 'Password', 'Talk to']) {
      await page.getByLabel(label).fill(fields[label] ?? '');
    }
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
  }

  test('a user on SIP and a user on XMPP talk through the gateway', async () => {
    const size = { viewport: { width: 400, height: 560 } };
    const [anas, bos] = [await visit(size), await visit(size)];
    const [anasTab, bosTab] = [await anas.open('connect'), await bos.open('connect')];
    await connect(anasTab, {
      Protocol: 'SIP',
      Server: kamailio.webSocketUrl,
      Address: 'sip:ana@sip.test',
      Password: 'anapw',
      'Talk to': 'sip:gateway@sip.test',
    });
    await connect(bosTab, {
      Protocol: 'XMPP',
      Server: prosody.url,
      Address: 'bo@localhost',
      Password: 'secret',
      'Talk to': 'gateway@localhost',
    });
    const [ana, bo] = [phone(anasTab, 'Gateway'), phone(bosTab, 'Gateway')];
    await ana.say('Hello Bo, I am on SIP');
    await bo.received('Hello Bo, I am on SIP').waitFor();
    await ana.sent('Read', 'Hello Bo, I am on SIP').waitFor();
    await bo.say('And I am on XMPP');
    await ana.received('And I am on XMPP').waitFor();
    await bo.sent('Read', 'And I am on XMPP').waitFor();
    await bo.box.pressSequentially('So we');
    await ana.typing.waitFor();
    if (picture !== undefined) await takePicture(picture, [anasTab, bosTab]);
    await bo.box.fill('');

    await anasTab.close();
    await bo.say('Are you still there?');
    await bo.sent('Could not be delivered', 'Are you still there?').waitFor();
  });

  /** Takes a screenshot of both pages side by side. */
  async function takePicture(path: string, pages: readonly Page[]): Promise<void> {
    const shots = await Promise.all(pages.map((page) => page.screenshot()));
    const images = shots.map((shot) => `<img src="data:image/png;base64,${shot.toString('base64')}">`);
    const frame = await pages[0]!.context().newPage();
    await frame.setViewportSize({ width: 830, height: 580 });
    await frame.setContent(`<body style="margin:10px;display:flex;gap:10px;background:#888">${images.join('')}</body>`);
    await frame.screenshot({ path });
    await frame.close();
  }
});
