import { useTranslation } from 'react-i18next'
import { useLanguage } from '../ui/hooks.ts'

/** Leads to what POS vendors read, pages of the server's own: the guide and the reference. */
export function GuideLink() {
  const { t } = useTranslation()
  return (
    <>
      <a className="nowrap" href={useLanguage() === 'en' ? '/docs/pos/en' : '/docs/pos'} target="_blank" rel="noreferrer">{t('keys.guide')}</a>
      {' · '}
      <a className="nowrap" href="/docs/api" target="_blank" rel="noreferrer">{t('keys.reference')}</a>
    </>
  )
}
