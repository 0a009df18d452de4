import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// The API lives behind the same origin in production; in development it is the
// server that `changke up` starts.
const api = { target: 'http://127.0.0.1:8080', changeOrigin: false }

export default defineConfig({
  plugins: [react()],
  // The Go handler puts a fresh value here with every page, so that only our
  // own script and style elements count under the content security policy.
  html: { cspNonce: '__CSP_NONCE__' },
  server: { host: '127.0.0.1', proxy: { '^/changke\\.': api, '/healthz': api } },
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    // Inlined data: URLs would have to be allowed by the policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/fixtures/setup.ts'],
    testTimeout: 60_000, // a busy machine is no failure
    maxWorkers: '100%', // of the processors; left alone it spares one
    isolate: false, // each file has a page of its own; loading the modules anew for it cost more than its tests
  },
})
