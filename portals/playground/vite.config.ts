/**
 * Builds the playground to static files under `dist/`, which the gateway serves at `/playground`. Everything is bundled, Monaco's workers and
 * fonts too: the page asks nobody but its own origin. In development `/graphql` and `/demo` go to a running gateway.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const gateway = `http://127.0.0.1:${process.env.PORT ?? 4000}`;

export default defineConfig({
  root: import.meta.dirname,
  base: '/playground/',
  plugins: [react()],
  worker: { format: 'es' },
  build: { outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 4_000, target: 'es2022' },
  server: { proxy: { '/graphql': gateway, '/demo': gateway } },
});
