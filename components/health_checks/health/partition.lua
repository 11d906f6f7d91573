-- For kinds with a partition. Also found here: PARTITION_HOLD, which is "healthy" or "suspended".

-- What stands before the sign of a percentage such as "33.3%", else nil. Strings can be compared
-- but not taken apart: the digits are guessed one by one.
local function percentage(value)
  if type(value) ~= "string" then
    return nil
  end
  local digits = ""
  -- More digits than a number has, fewer than take time.
  for _ = 1, 24 do
    if value == digits .. "%" then
      return number(digits)
    end
    local found = nil
    for _, next_one in ipairs({ "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "." }) do
      local start = digits .. next_one
      if start <= value and value < start .. "~" then
        found = start
      end
    end
    if not found then
      return nil
    end
    digits = found
  end
  return nil
end

-- How many of `total` a partition, number or percentage, keeps on the old revision, if there are so
-- many.
-- Ref: https://github.com/openkruise/kruise/blob/v1.8.3/pkg/util/tools.go CalculatePartitionReplicas
local function partition_of(value, total)
  local kept = number(value) or 0
  local share = percentage(value)
  if share then
    kept = share * total / 100
    if kept % 1 > 0 then
      kept = kept - kept % 1 + 1
    end
    if kept == total and total > 1 and value ~= "100%" then
      kept = total - 1
    end
  end
  return count(kept)
end

-- The verdict on an object that waits at its partition with nothing left to do.
local function held(message)
  if PARTITION_HOLD == "suspended" then
    return suspended(message)
  end
  return healthy(message)
end
