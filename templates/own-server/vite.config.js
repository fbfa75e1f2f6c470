import react from '@vitejs/plugin-react';

export default {
  plugins: [react()],
  server: {
    host: true, // for other computers of the network
    proxy: { '/chat': { target: `http://localhost:${process.env.CHAT_PORT ?? 8787}`, ws: true } },
  },
};
