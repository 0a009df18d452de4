import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty, Go, PageHead } from '../ui/parts.tsx'
import { useCan } from './me.tsx'
import type { Permission } from './rights.ts'

/** Shows a page to those who hold its right; tells others who could give it. */
export function Guard({ needs, children }: { needs: Permission; children: ReactNode }) {
  const { t } = useTranslation()
  if (useCan(needs)) return children
  return (
    <div className="page">
      <PageHead title={t('forbidden.title')} />
      <div className="card">
        <Empty icon="lock" title={t('forbidden.need', { right: t(`rights.${needs.replace('.', '_') as 'today_read'}`) })} text={t('forbidden.who')}>
          <Go to="/">{t('forbidden.home')}</Go>
        </Empty>
      </div>
    </div>
  )
}
