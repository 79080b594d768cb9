using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Collects, for every patch of one image on one map, its best dot product with each scorer, and keeps only as many of
/// the largest (the lowest distances) as the interval average needs. Dot products rather than distances are kept
/// because the distance never rises with the dot product: the selection is the same, and roots are taken only of what is
/// left. The result does not depend on the order in which scorers arrive. Where it is asked for, each kept value comes with the scorer
/// that gave it.
/// </summary>
/// <remarks>
/// Not thread-safe. The whole state is each patch's values, their scorers and its floor; <see cref="Begin"/> brings it back.
/// </remarks>
public sealed class ScorerSelection
{
    private readonly Memory<float> _storage;
    private readonly Memory<float> _scorers;
    private readonly float[] _floors;
    private readonly int[] _counts;

    /// <param name="storage">At least patches × <see cref="Capacity"/> floats; their contents do not matter.</param>
    /// <param name="patches">P, at least 1.</param>
    /// <param name="keep">How many of the best values to keep, 1 … M: the end of the interval.</param>
    /// <param name="scorers">M, how many values each patch will be given at most.</param>
    /// <param name="names">Room for the scorers of the values, <see cref="NameFloats"/> floats; empty where nobody asks for them.</param>
    public ScorerSelection(Memory<float> storage, int patches, int keep, int scorers, Memory<float> names = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patches, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keep, scorers);
        Keep = keep;
        PatchCapacity = Capacity(keep, scorers);
        ArgumentOutOfRangeException.ThrowIfLessThan(storage.Length, (long)patches * PatchCapacity, nameof(storage));
        ArgumentOutOfRangeException.ThrowIfLessThan(names.IsEmpty ? int.MaxValue : names.Length, NameFloats(patches * PatchCapacity), nameof(names));
        (_storage, _scorers) = (storage, names);
        _counts = new int[patches];
        _floors = new float[patches];
        Clear();
    }

    /// <summary>Patches P.</summary>
    public int Patches => _counts.Length;

    /// <summary>How many values of each patch are kept.</summary>
    public int Keep { get; }

    /// <summary>Floats of storage of each patch.</summary>
    public int PatchCapacity { get; }

    /// <summary>
    /// [P] A dot product that a further scorer must exceed to matter to the patch: the lowest kept one as of the last cut,
    /// or negative infinity while fewer are known than are kept.
    /// </summary>
    public ReadOnlySpan<float> Floors => _floors;

    /// <summary>[P] How many values each patch holds in its part of the storage.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>Floats of storage for each patch: the kept values and some room, so that cuts are rare.</summary>
    public static int Capacity(int keep, int scorers) => Math.Min(scorers, keep + Math.Max(8, keep / 4));

    /// <summary>Floats that hold the scorers of so many values.</summary>
    public static int NameFloats(int values) => (values + 1) / 2;

    /// <summary>A patch's kept values: its best dot products, negated, in any order.</summary>
    public Span<float> Values(int patch) => Room(patch)[.._counts[patch]];

    /// <summary>The scorers that gave them, in the same order; empty where nobody asked for them.</summary>
    public Span<ushort> Scorers(int patch) => _scorers.IsEmpty ? [] : Names(patch)[.._counts[patch]];

    /// <summary>Forgets all values, for the next map.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Array.Fill(_floors, float.NegativeInfinity);
    }

    /// <summary>Gives a patch values that are known before any scorer arrives.</summary>
    /// <param name="patch">0 … P−1.</param>
    /// <param name="values">Its best dot products so far, negated.</param>
    /// <param name="scorers">The scorers that gave them; empty where nobody asks for them.</param>
    /// <param name="floor">What the dot products that are not among them do not exceed; negative infinity where all are.</param>
    public void Begin(int patch, ReadOnlySpan<float> values, ReadOnlySpan<ushort> scorers, float floor)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Length, PatchCapacity, nameof(values));
        (_counts[patch], _floors[patch]) = (values.Length, floor);
        values.CopyTo(Values(patch));
        scorers.CopyTo(Scorers(patch));
        if (_counts[patch] >= Keep)
        {
            Cut(patch);
        }
    }

    /// <summary>Takes in the best dot products of every patch with some scorers.</summary>
    /// <param name="dots">
    /// [scorers × P] row-major; negative infinity where it is known not to exceed the patch's floor.
    /// </param>
    /// <param name="scorers">[scorers] Their names; empty where nobody asks for them.</param>
    public void Add(ReadOnlySpan<float> dots, ReadOnlySpan<ushort> scorers = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(dots.Length % Patches, 0, nameof(dots));
        ArgumentOutOfRangeException.ThrowIfNotEqual(_scorers.IsEmpty ? 0 : dots.Length / Patches, scorers.Length, nameof(scorers));

        // A few patches at a time meet all scorers: their values stay in a cache, those of all patches would not.
        for (int first = 0; first < Patches; first += Vector512<float>.Count)
        {
            int lanes = Math.Min(Vector512<float>.Count, Patches - first);
            ReadOnlySpan<float> floors = _floors.AsSpan(first, lanes);
            for (int start = first; start < dots.Length; start += Patches)
            {
                ReadOnlySpan<float> values = dots.Slice(start, lanes);
                for (ulong better = Above(values, floors); better != 0; better &= better - 1)
                {
                    int lane = BitOperations.TrailingZeroCount(better);
                    Add(first + lane, values[lane], scorers.IsEmpty ? (ushort)0 : scorers[start / Patches]);
                }
            }
        }
    }

    /// <summary>The patch's score on this map; more scorers may still arrive afterwards. Values with scorers are ascending then.</summary>
    /// <param name="patch">0 … P−1.</param>
    /// <param name="first">First kept position of the interval.</param>
    /// <param name="end">Its end, exclusive; at most <see cref="Keep"/>.</param>
    /// <param name="reduction">What becomes of the kept values.</param>
    /// <exception cref="InvalidOperationException">Fewer values are known than the interval needs.</exception>
    public double Reduce(int patch, int first, int end, Reduction reduction)
    {
        if (end > Math.Min(_counts[patch], Keep))
        {
            throw new InvalidOperationException(
                $"The interval ends at {end}, but patch {patch} has been given {_counts[patch]} values and keeps {Keep}.");
        }

        Span<float> values = Values(patch);
        Partition(patch, end);

        // Rented: as garbage, these of all patches would outgrow the memory that a job may take.
        float[] distances = ArrayPool<float>.Shared.Rent(end);
        for (int index = 0; index < end; index++)
        {
            distances[index] = PatchDistance.FromDot(-values[index]);
        }

        double score = IntervalAverage.ReduceLowest(distances.AsSpan(0, end), first, end, reduction);
        ArrayPool<float>.Shared.Return(distances);
        return score;
    }

    // One bit for each value that exceeds its floor.
    private static ulong Above(ReadOnlySpan<float> values, ReadOnlySpan<float> floors)
    {
        if (values.Length == Vector512<float>.Count)
        {
            return Vector512.GreaterThan(Vector512.Create(values), Vector512.Create(floors)).ExtractMostSignificantBits();
        }

        ulong above = 0;
        for (int lane = 0; lane < values.Length; lane++)
        {
            above |= values[lane] > floors[lane] ? 1UL << lane : 0;
        }

        return above;
    }

    private void Add(int patch, float dot, ushort scorer)
    {
        int at = _counts[patch]++;

        // Negated, so that the best come first in ascending order.
        Room(patch)[at] = -dot;
        if (!_scorers.IsEmpty)
        {
            Names(patch)[at] = scorer;
        }

        if (_counts[patch] == Keep || _counts[patch] == PatchCapacity)
        {
            Cut(patch);
        }
    }

    private Span<float> Room(int patch) => _storage.Span.Slice(patch * PatchCapacity, PatchCapacity);

    private Span<ushort> Names(int patch) => MemoryMarshal.Cast<float, ushort>(_scorers.Span).Slice(patch * PatchCapacity, PatchCapacity);

    private void Cut(int patch)
    {
        Partition(patch, Keep);
        _counts[patch] = Keep;
        _floors[patch] = -Highest(Values(patch));
    }

    // Brings the best values to the front, each with its scorer.
    private void Partition(int patch, int count)
    {
        if (_scorers.IsEmpty)
        {
            NthElement.Partition(Values(patch), count);
        }
        else if (!IsAscending(Values(patch)))
        {
            Values(patch).Sort(Scorers(patch));
        }
    }

    private static bool IsAscending(ReadOnlySpan<float> values)
    {
        for (int at = 1; at < values.Length; at++)
        {
            if (values[at] < values[at - 1])
            {
                return false;
            }
        }

        return true;
    }

    private static float Highest(ReadOnlySpan<float> values)
    {
        Vector<float> highest = new(float.NegativeInfinity);
        int at = 0;
        for (; at <= values.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            highest = Vector.Max(highest, new Vector<float>(values[at..]));
        }

        float all = float.NegativeInfinity;
        for (; at < values.Length; at++)
        {
            all = MathF.Max(all, values[at]);
        }

        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            all = MathF.Max(all, highest[lane]);
        }

        return all;
    }
}

/// <summary>Distance of two unit vectors from their dot product (docs/method.md, Mutual scoring).</summary>
public static class PatchDistance
{
    /// <summary>√(max(0, 2 − 2·dot)) in float32; never rises as the dot product rises.</summary>
    public static float FromDot(float dot) => MathF.Sqrt(MathF.Max(0f, 2f - (2f * dot)));
}
