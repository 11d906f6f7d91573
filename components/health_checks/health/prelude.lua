-- Shared by all health checks: it is put before each script, whole, because Argo CD has no `require`
-- from one key of argocd-cm to another. What only some kinds need stands in a file of its own
-- beside this one, which a script names in its header.
--
-- The language is Lua 5.1 with the libraries base, table and package: no string, no math, no
-- methods of strings. A script that raises blocks every sync of its application, and one that runs
-- for a second is stopped, which is the same. So what an object holds is only read through the
-- functions here: a value of a wrong type counts as absent, and nothing loops over a number.
--
-- What a script finds: obj; metadata, spec and status of it, tables always. An object that is being
-- deleted never gets as far as the script.
-- It ends in `return healthy(...)` or one of its like, on every path.
--
-- Ref: https://github.com/argoproj/argo-cd/blob/v3.2.11/util/lua/lua.go

-- Larger numbers are not exact and print differently from one Lua to another; no counter is.
local LIMIT = 1e15

-- A table to look into: an object or a list, else an empty one.
local function map(value)
  if type(value) == "table" then
    return value
  end
  return {}
end

-- A number, also from a string such as "2"; else nil.
local function number(value)
  local n = tonumber(value)
  if n and n > -LIMIT and n < LIMIT then
    return n
  end
  return nil
end

-- A whole number from 0 up; absent counters are 0.
local function count(value)
  local n = number(value) or 0
  if n < 0 then
    return 0
  end
  return n - n % 1
end

-- Whether a switch is on.
local function on(value)
  return value == true or value == "true"
end

-- A string that can be put into a message, "" for what is none.
local function text(value)
  if type(value) == "string" then
    return value
  end
  return ""
end

-- What happened, and the reason if there is one.
local function because(what, reason)
  if text(reason) == "" then
    return what
  end
  return what .. ": " .. text(reason)
end

-- "a, b, c and 2 more" from a list of five names.
local function listed(value)
  local names = {}
  for _, name in ipairs(map(value)) do
    if text(name) ~= "" then
      table.insert(names, text(name))
    end
  end
  if #names > 3 then
    return table.concat(names, ", ", 1, 3) .. " and " .. #names - 3 .. " more"
  end
  return table.concat(names, ", ")
end

local function result(name, message)
  return { status = name, message = message }
end

local function healthy(message)
  return result("Healthy", message)
end

local function progressing(message)
  return result("Progressing", message)
end

local function degraded(message)
  return result("Degraded", message)
end

local function suspended(message)
  return result("Suspended", message)
end

-- "1 of 2 pods are updated" from 1, 2 and "pods are updated".
local function of(part, whole, what)
  return part .. " of " .. whole .. " " .. what
end

local obj = map(obj)
local metadata, spec, status = map(obj.metadata), map(obj.spec), map(obj.status)

-- The condition of a type, else an empty table.
local function condition(name)
  for _, each in ipairs(map(status.conditions)) do
    if map(each).type == name then
      return each
    end
  end
  return {}
end

-- `gate` is the feature gate without which the controller does not run, if there is one.
local function waiting_for(what, gate)
  if gate then
    what = what .. ", which needs the feature gate " .. gate
  end
  return progressing("waiting for " .. what)
end

-- Progressing while the status is older than the spec, else nil:
--   local waiting = unobserved()
--   if waiting then
--     return waiting
--   end
local function unobserved(gate)
  local wanted = count(metadata.generation)
  local seen = number(status.observedGeneration)
  if seen and seen >= wanted then
    return nil
  end
  return waiting_for("the controller to observe generation " .. wanted, gate)
end

-- The same for kinds that tell by a phase that there is a status: no generation is no old one.
local function outdated()
  if status.observedGeneration ~= nil then
    return unobserved()
  end
  return nil
end

-- Progressing while a job has no status, else nil. Zeros alone are none.
local function unstarted(gate)
  if text(status.startTime) == "" and count(status.desired) == 0 then
    return waiting_for("the first status", gate)
  end
  return nil
end

-- Progressing in a phase that passes.
local function in_phase()
  if text(status.phase) == "" then
    return waiting_for("the first status")
  end
  return progressing(because("phase " .. text(status.phase), status.message))
end

-- Argo CD decides so itself today; releases after 3.5 leave it to the scripts.
-- Ref: https://github.com/argoproj/argo-cd/pull/27596
if metadata.deletionTimestamp ~= nil then
  return progressing("being deleted")
end
