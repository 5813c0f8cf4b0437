-- A 7.5 t tipper on its round, for OSRM: the car profile that comes with it, as slow, large and welcome as streets/network/driving.py
-- and access.py take the vehicle to be. It lies beside car.lua, whose folder OSRM finds its libraries in.

local car = require('car')

api_version = 4

local KMH_IN_MPH = 1.609344
local PACE_MPH = {
  motorway = 50, motorway_link = 30, trunk = 45, trunk_link = 30, primary = 36, primary_link = 25,
  secondary = 32, secondary_link = 25, tertiary = 27, tertiary_link = 20, unclassified = 22,
  residential = 16, road = 16, living_street = 8, service = 8,
}

local function setup()
  local profile = car.setup()
  -- The quickest way, as our own engine takes; the paces hold what turns cost.
  profile.properties.weight_name = 'duration'
  profile.properties.u_turn_penalty = 0
  profile.turn_penalty = 0
  profile.barrier_penalties = { gate = 0, lift_gate = 0, swing_gate = 0 }
  profile.speed_reduction = 0.9

  profile.vehicle_height = 3.6
  profile.vehicle_width = 2.5
  profile.vehicle_length = 7
  profile.vehicle_weight = 7500

  profile.access_tags_hierarchy = Sequence { 'hgv', 'motor_vehicle', 'vehicle', 'access' }
  profile.restrictions = Sequence { 'hgv', 'motor_vehicle', 'vehicle' }
  -- A crew has its errand in the street; it has none in private ones.
  for _, value in ipairs { 'destination', 'delivery', 'customers', 'official', 'discouraged' } do
    profile.access_tag_whitelist[value] = true
    profile.access_tag_blacklist[value] = nil
    profile.restricted_access_tag_list[value] = nil
  end
  profile.restricted_access_tag_list = Set {}
  for _, value in ipairs { 'driveway', 'drive-through', 'emergency_access' } do
    profile.service_tag_forbidden[value] = true
  end
  profile.service_penalties = {}
  for kind, mph in pairs(PACE_MPH) do
    profile.speeds.highway[kind] = mph * KMH_IN_MPH
  end
  return profile
end

local function process_way(profile, way, result, relations)
  car.process_way(profile, way, result, relations)
  local mph = PACE_MPH[way:get_value_by_key('highway')]
  if mph then
    result.forward_speed = math.min(result.forward_speed, mph * KMH_IN_MPH)
    result.backward_speed = math.min(result.backward_speed, mph * KMH_IN_MPH)
  end
end

return { setup = setup, process_way = process_way, process_node = car.process_node, process_turn = car.process_turn }
