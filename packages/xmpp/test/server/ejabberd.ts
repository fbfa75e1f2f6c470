import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { XmppServer } from './prosody.mjs';
import { freePort, listening } from '../../../../tools/serverStart.mjs';

const ERLANG = '/usr/bin/erl';
/** Where the packages of Debian and Ubuntu put the program. */
const LIBRARIES = '/usr/lib/x86_64-linux-gnu';

export function hasEjabberd(): boolean {
  return (
    existsSync(ERLANG) && existsSync(LIBRARIES) && readdirSync(LIBRARIES).some((name) => /^ejabberd-\d/.test(name))
  );
}

/** Starts a throwaway ejabberd on the loopback interface, on free ports, with its data in a temporary folder. */
export async function startEjabberd(): Promise<XmppServer> {
  const folder = mkdtempSync(join(tmpdir(), 'imflow-ejabberd-'));
  const [port, tcpPort] = [await freePort(), await freePort()];
  const config = join(folder, 'ejabberd.yml');
  writeFileSync(config, configuration(folder, port, tcpPort));
  const options = ['-noinput', '-noshell', '-mnesia', 'dir', JSON.stringify(join(folder, 'data')), '-s', 'ejabberd'];
  const server = spawn(ERLANG, options, {
    stdio: 'ignore',
    cwd: folder,
    env: {
      ...process.env,
      HOME: folder,
      ERL_LIBS: LIBRARIES,
      ERL_CRASH_DUMP_SECONDS: '0',
      EJABBERD_CONFIG_PATH: config,
      EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
      EJABBERD_PID_PATH: join(folder, 'ejabberd.pid'),
    },
  });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const kill = (): boolean => server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    server.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const expected of [port, tcpPort]) await listening(expected, server, 'ejabberd');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: 'ejabberd',
    port,
    tcpPort,
    path: '/ws',
    url: `ws://127.0.0.1:${port}/ws`,
    async addUser(user, password) {
      const body = JSON.stringify({ user, host: 'localhost', password });
      const answer = await fetch(`http://127.0.0.1:${port}/api/register`, { method: 'POST', body });
      if (!answer.ok) throw new Error(`ejabberd did not register ${user}: ${answer.status}`);
      return `${user}@localhost`;
    },
    stop,
  };
}

/** As Debian's own configuration, without TLS, traffic shaping and limits on sessions. */
function configuration(folder: string, port: number, tcpPort: number): string {
  return `
loglevel: warning
hosts: [localhost]
auth_method: [internal]
auth_password_format: scram
listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      /ws: ejabberd_http_ws
      /upload: mod_http_upload
      /api: mod_http_api
  - port: ${tcpPort}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    max_stanza_size: 262144
    starttls: false
acl:
  loopback:
    ip: [127.0.0.0/8]
api_permissions:
  "tests":
    who:
      access:
        allow:
          - acl: loopback
    what: [register]
access_rules:
  c2s: { allow: all }
shaper_rules:
  max_user_sessions: 100
  max_user_offline_messages: 5000
modules:
  mod_adhoc: {}
  mod_blocking: {}
  mod_caps: {}
  mod_carboncopy: {}
  mod_client_state: {}
  mod_disco: {}
  mod_http_api: {}
  mod_http_upload:
    access: all
    docroot: "${folder}/upload"
    put_url: "http://127.0.0.1:${port}/upload"
    max_size: 1000000
  mod_last: {}
  mod_mam:
    assume_mam_usage: true
    default: always
  mod_offline:
    access_max_user_messages: max_user_offline_messages
  mod_ping: {}
  mod_privacy: {}
  mod_private: {}
  mod_pubsub: { plugins: [flat, pep] }
  mod_roster: { versioning: true }
  mod_stream_mgmt:
    resend_on_timeout: if_offline
    resume_timeout: 30
  mod_vcard: { search: false }
  mod_version: {}
`;
}
