import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'

// Against the real program with its demo chain, begun anew for every run. Set
// CHANGKE_URL to use a server that runs already (its demo is written to).
const address = '127.0.0.1:18473'
const url = process.env.CHANGKE_URL ?? `http://${address}`

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // One browser at a time: the journeys share the chain, and so do the cores.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: {
    baseURL: url,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'retain-on-failure',
    actionTimeout: 20_000,
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
  projects: [
    { name: 'phone', use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } },
    { name: 'desktop', use: { viewport: { width: 1440, height: 900 } } },
  ],
  webServer: process.env.CHANGKE_URL
    ? undefined
    : {
        command: `bin/changke up --reset --listen ${address} --data-dir ${join(tmpdir(), 'changke-e2e')}`,
        cwd: '../../..',
        env: { DATABASE_URL: '', CHANGKE_TLS: 'off' },
        url: `${url}/login`,
        timeout: 300_000,
        gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
      },
})
