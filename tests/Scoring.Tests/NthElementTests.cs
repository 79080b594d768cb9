namespace MuSc.Scoring.Tests;

public sealed class NthElementTests
{
    [Fact]
    public void Partition_brings_the_lowest_values_to_the_front()
    {
        Random random = new(2);
        foreach (int length in (int[])[0, 1, 2, 15, 16, 17, 100, 1000])
        {
            foreach (int distinct in (int[])[1, 3, 1000])
            {
                float[] values = [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(distinct))];
                int count = random.Next(length + 1);
                float[] expected = [.. values.Order().Take(count)];
                NthElement.Partition(values, count);
                Assert.Equal(expected, values[..count].Order());
            }
        }
    }
}
