using MuSc.Evaluation.Synthetic;
using MuSc.Features.Images;

namespace MuSc.Evaluation.Tests.Synthetic;

public sealed class SyntheticSetWriterTests
{
    [Fact]
    public void Images_and_truth_belong_together()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("musc-synthetic");
        try
        {
            SyntheticSet set = new(Count: 6, Defective: 3, Size: 48, Seed: 11);
            IReadOnlySet<string> defective = SyntheticSetWriter.Write(set, folder.FullName, 2, CancellationToken.None);
            string[] lines = File.ReadAllLines(Path.Combine(folder.FullName, "truth.csv"));
            Assert.Equal("image,defect", lines[0]);
            Assert.Equal(3, defective.Count);
            Assert.Equal(6, lines.Length - 1);
            foreach (string line in lines.Skip(1))
            {
                string[] cells = line.Split(',');
                Assert.Equal(cells[1] != "none", defective.Contains(cells[0]));
                RgbImage image = ImageDecoder.Decode(Path.Combine(folder.FullName, "images", cells[0]), false);
                Assert.Equal((48, 48), (image.Width, image.Height));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
