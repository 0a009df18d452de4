import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'
import { homes } from './e2e/homes.ts'

// Against the real program. Every journey goes at 390 and at 1440 px: the phone
// has cards where the PC has tables, another menu and other sheets, so that no
// journey at one width says anything of the other. The two projects walk side by
// side, each through a program and a demo chain of its own, begun anew for every
// run: no journey meets what the same one left at the other width.
//
// Set CHANGKE_URL to use a server that runs already (its demo is written to).
const running = process.env.CHANGKE_URL

// The shell has no windows of its own to draw: two thirds of the whole browser's work. A
// journey's page lives for seconds, in which compiling its scripts, optimizing them and
// handing pictures to another process cost more than they give: a quarter of the rest.
const browsers = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']
const browser = process.env.CHROMIUM ?? browsers.find((path) => existsSync(path)) ?? browsers.at(-1)

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: running ? 1 : 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // A failure's page is kept as text and picture. A trace films every journey, also
    // those that pass; --trace on makes one of what failed.
    trace: 'off',
    screenshot: 'only-on-failure',
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 20_000,
    launchOptions: {
      executablePath: browser,
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
        '--js-flags=--no-opt --no-maglev --no-sparkplug --single-threaded', '--in-process-gpu', '--process-per-site',
      ],
    },
  },
  // One browser in each: the journeys of a project share its chain.
  projects: [
    { name: 'phone', workers: 1, use: { baseURL: running ?? homes.phone.url, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } },
    { name: 'desktop', workers: 1, use: { baseURL: running ?? homes.desktop.url, viewport: { width: 1440, height: 900 } } },
  ],
  globalSetup: running ? undefined : './e2e/programs.ts',
})
