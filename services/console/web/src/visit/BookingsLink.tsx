import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { Icon } from '../ui/Icon.tsx'

/** Opens the day's bookings with a new booking for this guest begun; his name stands in no address. */
export function BookingsLink({ storeId, name }: { storeId: string; name: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <Button icon={<Icon name="booking" size={16} />} onClick={() => void navigate(`/bookings?store=${storeId}&new=1`, { state: { guest: name } })}>
      {t('booking.bookFor')}
    </Button>
  )
}
