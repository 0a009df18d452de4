import { LoginWay, type Session } from '@changke/gen/staff/v1/account_service'
import { Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip } from '../ui/parts.tsx'
import { deviceName, isHandheld } from './device.ts'

const ways = { [LoginWay.PASSWORD]: 'password', [LoginWay.SECOND_FACTOR]: 'secondFactor', [LoginWay.SSO]: 'sso' } as const

/** Where somebody is signed in; each can be signed out. */
export function Devices({ sessions, ending, onEnd }: { sessions: Session[]; ending?: string; onEnd(session: Session): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  return (
    <ul className="devices">
      {sessions.map((s) => {
        const way = ways[s.way as keyof typeof ways]
        return (
          <li key={s.id}>
            <Icon name={isHandheld(s.device) ? 'phone' : 'screen'} size={22} />
            <div>
              <b>{deviceName(s.device) || t('account.unknownDevice')} {s.current && <Chip tone="accent">{t('account.thisDevice')}</Chip>}</b>
              <p className="second small">{[s.address, way && t(`account.ways.${way}`)].filter(Boolean).join(' · ')}</p>
              <p className="quiet small">{t('account.seen', { time: formatTime(s.seenTime, lang, zone) })} · {t('account.known', { time: formatTime(s.knownTime, lang, zone) })}</p>
            </div>
            {!s.current && (
              <Popconfirm title={t('account.endTitle')} description={t('account.endText')} okText={t('account.end')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => onEnd(s)}>
                <Button danger loading={ending === s.id}>{t('account.end')}</Button>
              </Popconfirm>
            )}
          </li>
        )
      })}
    </ul>
  )
}
