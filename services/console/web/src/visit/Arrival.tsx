import { BookingService } from '@changke/gen/visit/v1/booking_service'
import type { MealHours, MealPeriod } from '@changke/gen/visit/v1/visit'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { inHours, mealKey } from './words.ts'

/** The hours of a store's meals on a day; what the day's board has read is not asked again. */
export function useHours(storeId: string, businessDate: string): MealHours[] {
  return useQuery(BookingService.method.listBookings, { storeId, businessDate }).data?.meals ?? []
}

/** Says of a time that it lies in another meal than the one booked, and offers that meal where it can be chosen. */
export function ArrivalHint({ hours, meal, time, onMeal }: { hours: MealHours[]; meal: MealPeriod; time: string; onMeal?(meal: MealPeriod): void }) {
  const { t } = useTranslation()
  const booked = hours.find((h) => h.mealPeriod === meal)
  if (!booked || !/^\d\d:\d\d$/.test(time) || inHours(time, booked)) return null
  const other = hours.find((h) => inHours(time, h))
  return (
    <p className="small text-soon">
      {t('dayboard.arriveOff', { time, meal: t(`meal.${mealKey(meal)}`), hours: `${booked.from}–${booked.until}` })}
      {other && onMeal && <> <button type="button" className="linklike" onClick={() => onMeal(other.mealPeriod)}>{t('dayboard.arriveMeal', { meal: t(`meal.${mealKey(other.mealPeriod)}`) })}</button></>}
    </p>
  )
}

/** Says of guests who sit already (VIS-04) that the meal chosen is not that of now, and offers that. */
export function WalkInHint({ storeId, today, meal, onMeal }: { storeId: string; today: string; meal: MealPeriod; onMeal(meal: MealPeriod): void }) {
  const { t } = useTranslation()
  const now = useQuery(BookingService.method.listBookings, { storeId, businessDate: today }).data?.currentMealPeriod
  if (!now || now === meal) return null
  const name = t(`meal.${mealKey(now)}`)
  return <p className="small text-soon">{t('dayboard.walkInOff', { meal: name })} <button type="button" className="linklike" onClick={() => onMeal(now)}>{t('dayboard.arriveMeal', { meal: name })}</button></p>
}
