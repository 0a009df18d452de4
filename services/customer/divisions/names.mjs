// Prints the names of China's provinces, cities and counties, one line a level.
import { areaList } from '@vant/area-data'

for (const level of [areaList.province_list, areaList.city_list, areaList.county_list]) {
  console.log([...new Set(Object.values(level))].join(' '))
}
