// Starts a throwaway XMPP server (Prosody) on the loopback interface, on free ports, with its data in a temporary folder.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, listening } from '../../../../tools/serverStart.mjs';

const PROGRAM = process.env.PROSODY_PATH ?? '/usr/bin/prosody';

export function hasProsody() {
  return existsSync(PROGRAM);
}

/**
 * @typedef {object} XmppServer
 * @property {string} name
 * @property {number} port Of the WebSocket, without TLS.
 * @property {number} tcpPort Of XMPP over TCP, without TLS.
 * @property {string} path Of the WebSocket.
 * @property {string} url Of the WebSocket.
 * @property {(name: string, password: string) => Promise<string>} addUser Resolves with the address.
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<XmppServer>} */
export async function startProsody() {
  const folder = mkdtempSync(join(tmpdir(), 'imflow-prosody-'));
  const accounts = join(folder, 'data', 'localhost', 'accounts');
  mkdirSync(accounts, { recursive: true });
  const [port, tcpPort] = [await freePort(), await freePort()];
  writeFileSync(join(folder, 'prosody.cfg.lua'), configuration(folder, port, tcpPort));
  const server = spawn(PROGRAM, ['--root', '--config', join(folder, 'prosody.cfg.lua'), '-F'], { stdio: 'ignore' });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    server.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const wanted of [port, tcpPort]) await listening(wanted, server, 'Prosody');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: 'Prosody',
    port,
    tcpPort,
    path: '/xmpp-websocket',
    url: `ws://127.0.0.1:${port}/xmpp-websocket`,
    async addUser(name, password) {
      writeFileSync(join(accounts, `${name}.dat`), `return { ["password"] = ${JSON.stringify(password)} }\n`);
      return `${name}@localhost`;
    },
    stop,
  };
}

/**
 * @param {string} folder
 * @param {number} port
 * @param {number} tcpPort
 */
function configuration(folder, port, tcpPort) {
  return `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
log = { { levels = { min = "info" }, to = "file", filename = "${folder}/prosody.log" } }
interfaces = { "127.0.0.1" }
c2s_ports = { ${tcpPort} }
c2s_direct_tls_ports = {}
s2s_ports = {}
http_interfaces = { "127.0.0.1" }
http_ports = { ${port} }
https_ports = {}
modules_enabled = {
  "roster", "saslauth", "disco", "posix", "ping", "lastactivity", "carbons", "mam", "smacks", "offline", "websocket", "http", "presence",
  "message", "iq",
}
modules_disabled = { "s2s", "tls" }
authentication = "internal_plain"
-- The internal store reads its whole file for each page of an archive.
storage = { archive = "memory" }
default_storage = "internal"
storage_archive_item_limit = 100000
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
consider_websocket_secure = true
http_cors_override = { websocket = { enabled = true } }
default_archive_policy = true
archive_expires_after = "1d"
smacks_hibernation_time = 30
http_default_host = "localhost"
VirtualHost "localhost"
Component "upload.localhost" "http_file_share"
http_host = "localhost"
http_external_url = "http://127.0.0.1:${port}/"
http_file_share_size_limit = 1000000
`;
}
