import { useTranslation } from 'react-i18next'
import { useCan, useMe } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Go } from '../ui/parts.tsx'

/** Over every page of a sandbox: that nothing here is real, and which day it is. */
export default function SandboxStrip() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { businessDate } = useMe()
  const mayUse = useCan('sandbox.use')
  return (
    <p className="acting" role="note">
      <Icon name="world" size={16} />
      <span style={{ flex: '1 1 0', minWidth: 200 }}>{t('sandbox.strip', { date: formatDate(businessDate, lang) })}</span>
      {mayUse && <Go to="/sandbox">{t('sandbox.see')}</Go>}
    </p>
  )
}
