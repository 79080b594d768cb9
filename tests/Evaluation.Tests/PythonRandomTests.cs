namespace MuSc.Evaluation.Tests;

public sealed class PythonRandomTests
{
    // python3 -c "import random; random.seed(S); a = list(range(12)); random.shuffle(a); print(a); random.shuffle(a); print(a)"
    [Theory]
    [InlineData(0, new[] { 1, 9, 8, 5, 10, 2, 3, 7, 4, 0, 11, 6 }, new[] { 2, 1, 5, 7, 3, 6, 0, 9, 11, 10, 8, 4 })]
    [InlineData(42, new[] { 7, 5, 2, 8, 9, 6, 11, 3, 4, 0, 1, 10 }, new[] { 6, 3, 2, 0, 1, 11, 9, 4, 8, 5, 10, 7 })]
    public void Shuffles_are_those_of_python(int seed, int[] first, int[] second)
    {
        PythonRandom random = new(seed);
        List<int> items = [.. Enumerable.Range(0, 12)];

        random.Shuffle(items);
        Assert.Equal(first, items);
        random.Shuffle(items);
        Assert.Equal(second, items);
    }
}
