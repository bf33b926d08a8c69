import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { fakeApi } from './tools/fake-api.ts'

// The program that answers /api while these pages are served by Vite.
const program = process.env.PARLEY_URL ?? 'http://127.0.0.1:8080'

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss(), ...(mode === 'fake' ? [fakeApi()] : [])],
  server: {
    proxy: mode === 'fake' ? {} : { '/api': { target: program, ws: true } },
  },
  build: {
    // light-dark() and field-sizing are used as they are.
    target: ['chrome123', 'firefox121', 'safari17.5'],
    chunkSizeWarningLimit: 600,
  },
  test: {
    environment: 'jsdom',
    testTimeout: 60_000,
    maxWorkers: 2,
    setupFiles: './src/testing/setup.ts',
    restoreMocks: true,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['src/**/*.test.{ts,tsx}', 'src/api/schema.ts', 'src/testing/**', 'src/main.tsx'],
      reporter: ['text-summary', 'html'],
      reportsDirectory: '../coverage/web',
      thresholds: { lines: 85 },
    },
  },
}))
