using MuSc.Contracts;
using MuSc.Evaluation.DataSets;

namespace MuSc.Evaluation.Tests.DataSets;

public sealed class DataSetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mvtec_ad_is_read()
    {
        Touch(
            "nut/test/good/000.png", "nut/test/bent/001.png", "nut/test/bent/000.png", "nut/ground_truth/bent/000_mask.png",
            "nut/train/good/000.png", "nut/train/good/001.png", "nut/license.txt", "bolt/test/good/000.png", "bolt/test/good/001.png", "other/readme.txt");

        IReadOnlyList<DataSetCategory> all = DataSet.Open(_folder.Folder, DataSetLayout.Mvtec, []);

        Assert.Equal(["bolt", "nut"], all.Select(category => category.Name));
        DataSetCategory nut = all[1];
        Assert.Equal(["bent/000.png", "bent/001.png", "good/000.png"], nut.Test.Select(image => image.Image.Name));
        Assert.Equal([true, true, false], nut.Test.Select(image => image.Anomalous));
        Assert.Equal([true, false, true], nut.Test.Select(image => image.PixelsAreKnown));
        Assert.Equal([_folder.At("nut/ground_truth/bent/000_mask.png")], nut.Test[0].Masks);
        Assert.Equal(["train/good/000.png", "train/good/001.png"], nut.Train.Select(image => image.Name));
        Assert.Null(nut.Saturation);
    }

    [Fact]
    public void One_category_can_be_the_root()
    {
        Touch("test/good/000.png", "test/cut/000.png");

        DataSetCategory only = Assert.Single(DataSet.Open(_folder.Folder, DataSetLayout.Mvtec, []));

        Assert.Equal(Path.GetFileName(_folder.Folder), only.Name);
        Assert.Equal(2, only.Test.Count);
    }

    [Fact]
    public void Mvtec_3d_gives_its_colour_images()
    {
        Touch(
            "rope/test/good/rgb/000.png", "rope/test/good/xyz/000.tiff", "rope/test/good/gt/000.png", "rope/test/cut/rgb/000.png",
            "rope/test/cut/xyz/000.tiff", "rope/test/cut/gt/000.png", "rope/train/good/rgb/007.png", "rope/train/good/xyz/007.tiff");

        DataSetCategory rope = DataSet.Open(_folder.Folder, DataSetLayout.Mvtec, ["rope"])[0];

        Assert.Equal(["cut/rgb/000.png", "good/rgb/000.png"], rope.Test.Select(image => image.Image.Name));
        Assert.Equal(_folder.At("rope/test/cut/gt/000.png"), Path.GetFullPath(Assert.Single(rope.Test[0].Masks)));
        Assert.Equal(["train/good/rgb/007.png"], rope.Train.Select(image => image.Name));
    }

    [Fact]
    public void Mvtec_loco_has_a_mask_for_each_region_and_its_saturation()
    {
        Touch(
            "box/test/good/000.png", "box/test/logical_anomalies/000.png", "box/ground_truth/logical_anomalies/000/000.png",
            "box/ground_truth/logical_anomalies/000/001.png", "box/train/good/000.png", "box/validation/good/000.png");
        File.WriteAllText(_folder.At("box/defects_config.json"), """
            [{"defect_name": "missing", "pixel_value": 255, "saturation_threshold": 1.0, "relative_saturation": true},
             {"defect_name": "moved", "pixel_value": 254, "saturation_threshold": 400, "relative_saturation": false}]
            """);

        DataSetCategory box = DataSet.Open(_folder.Folder, DataSetLayout.Mvtec, [])[0];

        Assert.Equal(2, box.Test[1].Masks.Count);
        Assert.Equal(["train/good/000.png", "validation/good/000.png"], box.Train.Select(image => image.Name));
        Assert.Equal(90, box.Saturation!.Saturation(255, 90, 0.25, "mask.png"));
        Assert.Equal(100, box.Saturation.Saturation(254, 900, 0.25, "mask.png"));
        Assert.Equal(50, box.Saturation.Saturation(254, 50, 0.25, "mask.png"));
        Assert.Contains("253", Assert.Throws<JobException>(() => box.Saturation.Saturation(253, 50, 1, "mask.png")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[{\"pixel_value\": 0, \"saturation_threshold\": 1, \"relative_saturation\": true}]")]
    [InlineData("[{\"pixel_value\": 9, \"saturation_threshold\": 0, \"relative_saturation\": true}]")]
    public void A_damaged_saturation_file_is_refused(string json)
    {
        Touch("box/test/good/000.png", "box/test/bad/000.png");
        File.WriteAllText(_folder.At("box/defects_config.json"), json);

        JobException error = Assert.Throws<JobException>(() => DataSet.Open(_folder.Folder, DataSetLayout.Mvtec, []));

        Assert.Equal(JobErrorKind.Input, error.Kind);
        Assert.Contains("defects_config.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Visa_is_read_from_its_table()
    {
        Directory.CreateDirectory(_folder.At("split_csv"));
        File.WriteAllText(_folder.At("split_csv/1cls.csv"), """
            object,split,label,image,mask
            candle,test,anomaly,candle/Data/Images/Anomaly/000.JPG,candle/Data/Masks/Anomaly/000.png
            candle,train,normal,candle/Data/Images/Normal/0001.JPG,
            candle,test,normal,candle/Data/Images/Normal/0000.JPG,
            fryum,test,normal,fryum/Data/Images/Normal/0000.JPG,
            fryum,test,normal,fryum/Data/Images/Normal/0001.JPG,

            """);

        IReadOnlyList<DataSetCategory> all = DataSet.Open(_folder.Folder, DataSetLayout.Visa, []);

        Assert.Equal(["candle", "fryum"], all.Select(category => category.Name));
        Assert.Equal(["Data/Images/Anomaly/000.JPG", "Data/Images/Normal/0000.JPG"], all[0].Test.Select(image => image.Image.Name));
        Assert.Equal([_folder.At("candle/Data/Masks/Anomaly/000.png")], all[0].Test[0].Masks);
        Assert.Equal(["Anomaly", "Normal"], all[0].Test.Select(image => image.Kind));
        Assert.False(all[0].Test[1].Anomalous);
        Assert.Equal("Data/Images/Normal/0001.JPG", Assert.Single(all[0].Train).Name);
    }

    [Theory]
    [InlineData("name,split\n")]
    [InlineData("object,split,label,image,mask\ncandle,test\n")]
    public void A_damaged_table_of_visa_is_refused(string text)
    {
        Directory.CreateDirectory(_folder.At("split_csv"));
        File.WriteAllText(_folder.At("split_csv/1cls.csv"), text);

        Assert.Contains("1cls.csv", Assert.Throws<JobException>(() => DataSet.Open(_folder.Folder, DataSetLayout.Visa, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Btad_is_read()
    {
        Touch("01/test/ok/0000.bmp", "01/test/ko/0000.bmp", "01/ground_truth/ko/0000.png", "01/train/ok/0000.bmp");

        DataSetCategory first = DataSet.Open(_folder.Folder, DataSetLayout.Btad, ["01"])[0];

        Assert.Equal([("ko/0000.bmp", true), ("ok/0000.bmp", false)], first.Test.Select(image => (image.Image.Name, image.Anomalous)));
        Assert.Equal([_folder.At("01/ground_truth/ko/0000.png")], first.Test[0].Masks);
        Assert.Single(first.Train);
    }

    [Fact]
    public void The_folder_layout_needs_no_test_folder_and_no_masks()
    {
        Touch("OK/a.jpg", "scratch/b.jpg", "scratch/c.jpg", "masks/scratch/c.png", "train/good/d.jpg");

        DataSetCategory only = DataSet.Open(_folder.Folder, DataSetLayout.Folder, [])[0];

        Assert.Equal(["OK/a.jpg", "scratch/b.jpg", "scratch/c.jpg"], only.Test.Select(image => image.Image.Name));
        Assert.Equal([true, false, true], only.Test.Select(image => image.PixelsAreKnown));
        Assert.Single(only.Train);
    }

    [Fact]
    public void What_is_absent_is_reported_with_what_there_is()
    {
        Touch("nut/test/good/000.png", "nut/test/good/001.png", "lone/test/good/000.png");

        Assert.Contains("lone, nut", Error("bolt"), StringComparison.Ordinal);
        Assert.Contains("at least 2", Error("lone"), StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<JobException>(() => DataSet.Open(_folder.At("absent"), DataSetLayout.Mvtec, [])).Message, StringComparison.Ordinal);
        Assert.Contains("no category", Assert.Throws<JobException>(() => DataSet.Open(_folder.At("nut/test/good"), DataSetLayout.Btad, [])).Message, StringComparison.Ordinal);

        string Error(string name) => Assert.Throws<JobException>(() => DataSet.Open(_folder.Folder, DataSetLayout.Mvtec, [name])).Message;
    }

    [SharedFact("data")]
    public void The_real_sets_are_read_whole()
    {
        IReadOnlyList<DataSetCategory> sets = DataSet.Open(Shared.At("data"), DataSetLayout.Mvtec, []);

        Assert.Equal(
            [("aws_cookie", 77, 32, 32), ("elpv_mono", 125, 50, 0), ("magnetic_tile", 140, 80, 80), ("mvtec_leather_mini", 19, 11, 11)],
            sets.Select(set => (set.Name, set.Test.Count, set.Test.Count(image => image.Anomalous), set.Test.Sum(image => image.Masks.Count))));
    }

    private void Touch(params string[] files)
    {
        foreach (string file in files)
        {
            _folder.Touch(file);
        }
    }
}
