namespace MuSc.Evaluation;

/// <summary>
/// Python's <c>random</c> after <c>random.seed(n)</c>: the Mersenne twister MT19937 (Matsumoto and Nishimura 1998), as far as
/// <c>random.shuffle</c> needs it. Only the authors' split into subsets is made with it.
/// </summary>
internal sealed class PythonRandom
{
    private const int Length = 624;
    private const int Offset = 397;
    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    /// <param name="seed">At least 0.</param>
    public PythonRandom(int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        Initialize(19650218);
        int at = 1;
        for (int count = 0; count < Length; count++)
        {
            _state[at] = (_state[at] ^ (Mixed(at - 1) * 1664525)) + (uint)seed;
            at = Advance(at);
        }

        for (int count = 0; count < Length - 1; count++)
        {
            _state[at] = (_state[at] ^ (Mixed(at - 1) * 1566083941)) - (uint)at;
            at = Advance(at);
        }

        _state[0] = 0x80000000;
    }

    /// <summary><c>random.shuffle</c>.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (int last = items.Count - 1; last > 0; last--)
        {
            int other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private int Below(int bound)
    {
        int bits = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)bound);
        uint drawn;
        do
        {
            drawn = Next() >> (32 - bits);
        }
        while (drawn >= bound);
        return (int)drawn;
    }

    private uint Next()
    {
        if (_next == Length)
        {
            Refill();
        }

        uint word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9D2C5680;
        word ^= (word << 15) & 0xEFC60000;
        return word ^ (word >> 18);
    }

    private void Refill()
    {
        for (int at = 0; at < Length; at++)
        {
            uint joined = (_state[at] & 0x80000000) | (_state[(at + 1) % Length] & 0x7FFFFFFF);
            _state[at] = _state[(at + Offset) % Length] ^ (joined >> 1) ^ ((joined & 1) != 0 ? 0x9908B0DF : 0);
        }

        _next = 0;
    }

    private void Initialize(uint seed)
    {
        _state[0] = seed;
        for (int at = 1; at < Length; at++)
        {
            _state[at] = (Mixed(at - 1) * 1812433253) + (uint)at;
        }
    }

    private uint Mixed(int at) => _state[at] ^ (_state[at] >> 30);

    private int Advance(int at)
    {
        if (at + 1 < Length)
        {
            return at + 1;
        }

        _state[0] = _state[Length - 1];
        return 1;
    }
}
