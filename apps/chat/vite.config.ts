import react from '@vitejs/plugin-react';
import { defineConfig, mergeConfig, type Plugin } from 'vite';
import { fromSource } from '../../vite.base.ts';

export default mergeConfig(
  fromSource,
  defineConfig({ plugins: [react(), addresses()], server: { port: 5173, open: hasDesktop() } }),
);

/** Prints where to find Ana and Bo when the server is up. */
function addresses(): Plugin {
  return {
    name: 'imflow:addresses',
    configureServer(server) {
      const print = server.printUrls.bind(server);
      server.printUrls = () => {
        print();
        const home = server.resolvedUrls?.local[0];
        if (home === undefined) return;
        server.config.logger.info(
          [
            '',
            `  Both on one page:     ${home}`,
            `  A tab for Ana:        ${home}?me=ana&with=bo`,
            `  A second one for Bo:  ${home}?me=bo&with=ana`,
            '',
          ].join('\n'),
        );
      };
    },
  };
}

/** Whether a browser can be opened here; asking for one on a machine without a screen only prints an error. */
function hasDesktop(): boolean {
  const { CI, DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = process.env;
  if (CI || SSH_CONNECTION) return false;
  return process.platform !== 'linux' || Boolean(DISPLAY ?? WAYLAND_DISPLAY);
}
