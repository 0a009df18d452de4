import { ReportService } from '@changke/gen/report/v1/report_service'
import type { Setup as SetupData } from '@changke/gen/report/v1/report'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useCan, useRight, useStores } from '../app/me.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Go } from '../ui/parts.tsx'

/** What a new chain has set up so far, for those who set it up; undefined when nothing is left. */
export function useSetup(): SetupData | undefined {
  const tenantWide = useRight('store.write')?.tenantWide ?? false
  const { data } = useQuery(ReportService.method.getSetup, {}, { enabled: tenantWide })
  return data?.setup?.complete === false ? data.setup : undefined
}

/** 开业准备: the steps until the first manager signs in. */
export function Setup({ setup: s }: { setup: SetupData }) {
  const { t } = useTranslation()
  const { stores } = useStores()
  const mayStaff = useCan('staff.write')
  const first = stores[0]
  const steps = [
    { key: 'stores', done: s.stores > 0, mark: t('setup.storesDone', { count: s.stores }), to: '/stores' },
    { key: 'rooms', done: s.resources > 0, mark: t('setup.roomsDone', { count: s.resources }), to: first ? `/stores/${first.id}?tab=rooms` : '/stores' },
    { key: 'staff', done: s.storePeople > 0, mark: t('setup.staffDone', { count: s.storePeople }), to: '/staff' },
    { key: 'accounts', done: s.accounts > 0, mark: t('setup.accountsDone', { count: s.accounts }), to: '/staff?show=noAccount' },
    { key: 'manager', done: s.managerCameIn, mark: t('setup.managerDone'), to: mayStaff ? '/staff' : '' },
  ] as const
  const next = steps.find((step) => !step.done)
  return (
    <section className="card setup" aria-labelledby="setup-title">
      <div className="card-head">
        <h2 id="setup-title">{t('setup.title')}</h2>
        <span className="sub">{t('setup.progress', { done: steps.filter((step) => step.done).length, all: steps.length })}</span>
      </div>
      <p className="second">{t('setup.lead')}</p>
      <ol>
        {steps.map((step, i) => (
          <li key={step.key} className={step.done ? 'done' : step === next ? 'next' : undefined} aria-current={step === next ? 'step' : undefined}>
            <span className="no">{step.done ? <Icon name="check" size={16} /> : i + 1}</span>
            <span className="grow"><b>{t(`setup.${step.key}`)}</b><small>{step.done ? step.mark : t(`setup.${step.key}Text`)}</small></span>
            {step === next && step.to && <Go to={step.to} className="go-button">{t('setup.go')}</Go>}
          </li>
        ))}
      </ol>
    </section>
  )
}
