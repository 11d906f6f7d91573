-- Shared by all actions: put before each of them when it is rendered.
--
-- The language is Lua 5.1 with the libraries base, table and package, and a safe os by require. A
-- script for discovery must not raise on any object: the user would see no actions at all. An
-- action may: Argo CD shows the message and changes nothing.
--
-- An empty table must never be added to the object: Argo CD writes it as a list.

-- The table at a path; an empty one, apart from the object, where there is none.
local function look(path)
  local place = obj
  for _, key in ipairs(path) do
    if type(place) ~= "table" then
      return {}
    end
    place = place[key]
  end
  if type(place) ~= "table" then
    return {}
  end
  return place
end

-- Sets a field of the table at a path; what is missing on the way is made.
local function set(path, field, value)
  local place = obj
  for _, key in ipairs(path) do
    if type(place[key]) ~= "table" then
      place[key] = {}
    end
    place = place[key]
  end
  place[field] = value
end
