import type { Transport } from '@connectrpc/connect'
import { TransportProvider } from '@connectrpc/connect-query'
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { ConfigProvider } from 'antd'
import enUS from 'antd/es/locale/en_US'
import zhCN from 'antd/es/locale/zh_CN'
import type { ReactNode } from 'react'
import { useLanguage, useMedia, usePhone } from '../ui/hooks.ts'
import { themeFor } from '../ui/theme.ts'

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce

/** Everything a page needs around it: the API, its cache, language and theme. */
export function App({ transport, client, children }: { transport: Transport; client: QueryClient; children: ReactNode }) {
  const dark = useMedia('(prefers-color-scheme: dark)')
  const phone = usePhone()
  const lang = useLanguage()
  return (
    <TransportProvider transport={transport}>
      <QueryClientProvider client={client}>
        <ConfigProvider theme={themeFor(dark, phone)} locale={lang === 'en' ? enUS : zhCN} csp={nonce ? { nonce } : undefined} button={{ autoInsertSpace: false }}>
          {children}
        </ConfigProvider>
      </QueryClientProvider>
    </TransportProvider>
  )
}
