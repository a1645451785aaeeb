-- Completions of habits, each of a date that its habit has not had yet: the arguments are a file with
-- a line "path<TAB>token" for each habit, a file with the dates in order, and a number from 0 on of
-- this load, each of which goes on with the dates where the one before has ended.
local folder = debug.getinfo(1, "S").source:match("^@(.*)/")
dofile(folder .. "/report.lua")

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local kDatesALoad = 40
local habits, bodies = {}, {}
local first = 0
function init(args)
  for line in io.lines(args[1]) do
    local path, token = line:match("^(.-)\t(.*)$")
    habits[#habits + 1] = { path = path, token = "Bearer " .. token }
  end
  for date in io.lines(args[2]) do bodies[#bodies + 1] = '{"date":"' .. date .. '"}' end
  first = tonumber(args[3]) * kDatesALoad
end

-- A thread has every second habit to itself, so that the dates of one come in their order.
local sent = 0
function request()
  local half = math.floor(#habits / 2)
  local habit = habits[(sent % half) * 2 + number % 2 + 1]
  local date = first + math.floor(sent / half)
  sent = sent + 1
  return wrk.format("POST", habit.path, {
    ["Host"] = wrk.headers["Host"], ["Content-Type"] = "application/json",
    ["Authorization"] = habit.token,
    ["Idempotency-Key"] = string.format("bench-%d-%d-%d", first, number, sent) }, bodies[date + 1])
end
